/** Checks before submitting: a list one clicks through, and what mends specks and holes at once. */

import { ChecksWork } from "../checks/work.js";

/** The list, whatever is checked. @param {typeof ChecksWork} Work */
export function checking(Work) {
  return {
    name: "checks",
    keys: { "checks.next": "KeyV", "checks.previous": "Shift+KeyV", "checks.dismiss": "Alt+KeyV" },
    repeating: ["checks.next", "checks.previous"],
    texts: {
      Checks: {
        "checks.next": "Next finding of the checks",
        "checks.previous": "Finding before",
        "checks.dismiss": "Dismiss the finding, with a reason",
      },
    },
    actions(editor) {
      const work = (editor.checks ??= new Work(editor));
      return {
        "checks.run": () => work.run(),
        "checks.next": () => work.go(1),
        "checks.previous": () => work.go(-1),
        "checks.dismiss": () => work.askReason(),
        "checks.anyway": () => work.submitAnyway(),
      };
    },
    mount: (editor) => editor.checks.mount(),
  };
}

const list = checking(ChecksWork);

export const feature = {
  ...list,
  keys: { ...list.keys, "checks.specks": "", "checks.holes": "" },
  texts: { Checks: { ...list.texts.Checks, "checks.specks": "Remove all specks", "checks.holes": "Fill all small holes" } },
  actions: (editor) => ({
    ...list.actions(editor),
    "checks.specks": () => editor.checks.cleanUp("specks"),
    "checks.holes": () => editor.checks.cleanUp("holes"),
  }),
};
