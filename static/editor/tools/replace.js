/** Replace: inside what is drawn round, one class turns into the current one. */

import { polygonSpans } from "../raster/polygon.js";
import { previewColor } from "../render/marks.js";
import { drawFigure } from "./clicks.js";
import { boxBetween, boxSpans, drawBox } from "./rectangle.js";

/** Setting `replaceFrom` for "the class on which the outline begins". */
export const UNDER_START = "start";

export const replace = {
  name: "replace",
  erases: false,

  /** What was there when the outline began decides which class is replaced. */
  start(stroke, point) {
    stroke.from = replacedValue(stroke, point);
  },

  finish(stroke) {
    const { points, doc, store } = stroke;
    if (stroke.from < 0 || stroke.from === stroke.value) return;
    const emit = (y, x0, x1) => replaceSpan(stroke, y, x0, x1);
    if (store.settings.replaceBy === "rectangle") boxSpans(boxBetween(points[0], points.at(-1)), emit);
    else polygonSpans(points, doc, emit);
  },

  /** Alt and a click choose the class to be replaced. */
  pick(store, value) {
    store.set({ replaceFrom: String(value) });
  },

  hud(context, viewport, { stroke, doc, settings }) {
    if (!stroke) return;
    const color = previewColor(doc.kind, stroke.value, 0.15);
    if (settings.replaceBy === "rectangle") drawBox(context, viewport, stroke, color);
    else drawFigure(context, viewport, stroke.points, color);
  },
};

function replacedValue({ store, doc }, point) {
  const { replaceFrom } = store.settings;
  return replaceFrom === UNDER_START ? doc.sheet.get(Math.floor(point.x), Math.floor(point.y)) : Number(replaceFrom);
}

/** Runs of the replaced value within a span, one after the other. */
function replaceSpan(stroke, y, from, to) {
  const { sheet } = stroke.doc;
  const row = y * sheet.width;
  const values = searched(stroke);
  const end = Math.min(to, sheet.width);
  if (y < 0 || y >= sheet.height) return;
  for (let x = Math.max(0, from); x < end; x++) {
    if (values[row + x] !== stroke.from) continue;
    const x0 = x;
    while (x < end && values[row + x] === stroke.from) x++;
    put(stroke, y, x0, x);
  }
}

/** A fill is replaced by another also under lines, which may be moved later; a line is drawn only on what is seen. */
function searched({ doc: { sheet }, from, value }) {
  return sheet.isLine(from) || sheet.isLine(value) ? sheet.values : sheet.paint.values;
}

function put({ doc: { sheet }, edit, from, value }, y, x0, x1) {
  if (sheet.isLine(from) && !sheet.isLine(value)) edit.eraseSpan(y, x0, x1, "ink");
  edit.fillSpan(y, x0, x1, value);
}
