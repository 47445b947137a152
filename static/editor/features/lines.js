/** Lines: the segments tool and what mends all lines at once. */

import { t } from "../i18n.js";
import { classOf } from "../kinds.js";
import { joinAll, redraw, trimAll } from "../lines/mend.js";
import { tap, targetAt } from "../lines/tap.js";
import { LineWork } from "../lines/work.js";
import { litTarget, modeOf } from "../tools/segments.js";

export const feature = {
  name: "lines",
  settings: { trimMode: false, joinReach: 16, redrawWidth: 2 },
  perFrame: ["trimMode"],
  keys: {
    "tool.segments": "KeyY",
    "lines.trimMode": "Shift+KeyY",
    "lines.joinAll": "Shift+KeyJ",
    "lines.trimAll": "Alt+KeyJ",
    "lines.redraw": "",
  },
  texts: {
    Lines: {
      "tool.segments": "Line segments: tap to give the class, join, trim",
      "lines.trimMode": "Trim overshoots with a tap",
      "lines.joinAll": "Join all gaps",
      "lines.trimAll": "Trim all overshoots",
      "lines.redraw": "Redraw all lines at one width",
    },
  },
  actions(editor) {
    const { store } = editor;
    return {
      "tool.segments": () => hasLines(store.doc) && store.set({ tool: "segments" }),
      "lines.trimMode": () => store.set({ trimMode: !store.settings.trimMode }),
      "lines.joinAll": () => joinAll(editor).catch((error) => failed(editor, error)),
      "lines.trimAll": () => trimAll(editor).catch((error) => failed(editor, error)),
      "lines.redraw": () => redraw(editor).catch((error) => failed(editor, error)),
    };
  },
  mount(editor) {
    const { store } = editor;
    store.on("open", (doc) => opened(editor, doc));
    for (const topic of ["change", "redraw"]) store.on(topic, () => store.doc.lines?.changed());
    store.on("settings", () => store.doc?.lines?.want(store.settings.tool === "segments"));
    store.on("lines.late", (point) => tapLate(editor, point).catch((error) => failed(editor, error)));
    store.on("lines.refused", () => editor.dialogs.notice(t("Choose a line class: this one is a fill.")));
    for (const digit of "0123456789") giveOnKey(editor, Number(digit));
  },
};

let open = null;

function opened(editor, doc) {
  open?.close();
  open = doc.lines = hasLines(doc) ? lineWork(editor, doc) : null;
  if (!open && editor.store.settings.tool === "segments") editor.store.set({ tool: "brush" });
  open?.want(editor.store.settings.tool === "segments");
}

function lineWork(editor, doc) {
  const { heavy, renderer } = editor;
  return new LineWork(doc, heavy, () => renderer.invalidateHud(), (error) => failed(editor, error));
}

function failed({ dialogs }, { message }) {
  dialogs.notice(t("The lines could not be traced: %(reason)s", { reason: message }));
}

function hasLines(doc) {
  return Boolean(doc?.sheet.ink);
}

/** A tap that came before the map was up to date acts on the map as it is then. */
async function tapLate({ store, strokes }, point) {
  const { doc } = store;
  const map = await doc.lines.current();
  if (!map || store.doc !== doc) return;
  const target = targetAt(map, doc, point, modeOf(store, point));
  const { value } = store.settings;
  if (target && (!(target.segment >= 0) || point.erase || doc.sheet.isLine(value))) {
    strokes.apply((edit) => tap(edit, map, target, { value, erase: point.erase }));
  }
}

/** With a segment lit, the key of a class chooses it and gives it to the segment; the class drawn with is not cycled. */
function giveOnKey(editor, index) {
  const name = `class.${index}`;
  const choose = editor.actions[name];
  editor.actions[name] = () => {
    const lit = litSegment(editor);
    if (!lit || classOf(editor.store.doc.kind, editor.store.settings.value) !== index) choose?.();
    if (lit) give(editor, lit, index);
  };
}

function litSegment({ store: { doc, settings }, hover }) {
  if (settings.tool !== "segments" || !hover || !doc?.lines?.map) return null;
  const target = litTarget(doc, hover, { trim: false, reach: 0 });
  return target?.segment >= 0 ? target : null;
}

function give({ store: { doc, settings }, strokes }, target, index) {
  const { value } = settings;
  if (classOf(doc.kind, value) !== index || !doc.sheet.isLine(value)) return;
  strokes.apply((edit) => tap(edit, doc.lines.map, target, { value, erase: false }));
}
