/** Checks before submitting: a list one clicks through, and what mends specks and holes at once. */

import { ChecksWork } from "../checks/work.js";

export const feature = {
  name: "checks",
  keys: {
    "checks.next": "KeyV",
    "checks.previous": "Shift+KeyV",
    "checks.dismiss": "Alt+KeyV",
    "checks.specks": "",
    "checks.holes": "",
  },
  repeating: ["checks.next", "checks.previous"],
  texts: {
    Checks: {
      "checks.next": "Next finding of the checks",
      "checks.previous": "Finding before",
      "checks.dismiss": "Dismiss the finding, with a reason",
      "checks.specks": "Remove all specks",
      "checks.holes": "Fill all small holes",
    },
  },
  actions(editor) {
    const work = workOf(editor);
    return {
      "checks.run": () => work.run(),
      "checks.next": () => work.go(1),
      "checks.previous": () => work.go(-1),
      "checks.dismiss": () => work.askReason(),
      "checks.specks": () => work.cleanUp("specks"),
      "checks.holes": () => work.cleanUp("holes"),
      "checks.anyway": () => work.submitAnyway(),
    };
  },
  mount: (editor) => workOf(editor).mount(),
};

function workOf(editor) {
  editor.checks ??= new ChecksWork(editor);
  return editor.checks;
}
