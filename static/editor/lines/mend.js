/** What mends all lines of the frame at once, each as one step to undo. */

import { t } from "../i18n.js";
import { drawJoin, joinsUnder } from "./tap.js";

/** Close the openings between two ends that are no wider than the setting says. */
export async function joinAll(editor) {
  const find = (map, { joinReach }) => joinsUnder(map, joinReach);
  await mendAll(editor, find, drawJoin, (count) => t("Gaps joined: %(count)s", { count }));
}

/** Cut off what sticks out past junctions. */
export async function trimAll(editor) {
  const trim = (edit, { pixels }) => edit.erasePixels(pixels, "ink");
  await mendAll(editor, ({ overshoots }) => overshoots, trim, (count) => t("Overshoots trimmed: %(count)s", { count }));
}

/** Draw all lines again at the width that is set. */
export async function redraw({ store, strokes, heavy, dialogs }) {
  const { doc, settings } = store;
  if (!doc?.lines || doc.readOnly) return;
  const { version } = doc.lines;
  const payload = doc.lines.payload({ size: settings.redrawWidth });
  const { cleared, drawn } = await heavy.call("redrawLines", payload, [payload.values.buffer]);
  if (store.doc !== doc) return;
  if (doc.lines.version !== version) dialogs.notice(t("The lines changed meanwhile; nothing was redrawn."));
  else strokes.apply((edit) => replaceInk(edit, cleared, drawn));
}

function replaceInk(edit, cleared, drawn) {
  edit.erasePixels(cleared, "ink");
  for (const { value, pixels } of drawn) edit.setPixels(pixels, value);
}

/** Find in the current map, mend all in one step, say how many. */
async function mendAll({ store, strokes, dialogs }, find, mend, say) {
  const { doc } = store;
  const map = await doc?.lines?.current();
  if (!map || store.doc !== doc || doc.readOnly) return;
  const found = find(map, store.settings);
  strokes.apply((edit) => found.forEach((one) => mend(edit, one)));
  dialogs.notice(say(found.length));
}
