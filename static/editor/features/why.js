/** Why this frame was picked: the card of its selection, in a dialog. */

import { t } from "../i18n.js";

export const feature = {
  name: "why",
  keys: { "frame.why": "F2" },
  texts: { Frame: { "frame.why": "Why this frame" } },
  actions: (editor) => ({ "frame.why": () => show(editor) }),
};

async function show({ root, session, dialogs }) {
  const id = session?.assignment?.id;
  if (!id) return;
  const response = await fetch(`/assignments/${id}/why/?part=1`).catch(() => null);
  if (!response?.ok) {
    const gone = response?.status === 404;
    dialogs.notice(gone ? t("No selection picked this frame: it was queued by hand.") : t("The server cannot be reached."));
    return;
  }
  const dialog = root.querySelector("#dialog-why");
  dialog.querySelector("[data-why-body]").innerHTML = await response.text();
  dialog.showModal();
}
