/** How each pixel of the frame looks in the chosen view: the labels, the draft, or the difference of the two. */

import { differenceAt, labelColors } from "./colors.js";

/**
 * @param {object} doc the open frame
 * @param {{view: string, opacity: number}} settings
 * @param {{hidden?: number[], solo?: number | null, alpha?: Record<number, number>}} [classes] as `labelColors` takes it
 * @param {number} [scale] screen pixels a frame pixel, for hatching
 * @param {object} doc.look how a doc that is no class map looks: (settings, scale) => the same
 * @returns {(index: number) => number} packed colour of a frame pixel, asked with y * width + x
 */
export function colorAt(doc, settings, classes = {}, scale = 1) {
  if (doc.look) return doc.look(settings, scale);
  const { kind, sheet, draft } = doc;
  const { view, opacity } = settings;
  const { values } = sheet;
  if (view === "difference" && draft) {
    return differenceAt(values, draft, { width: sheet.width, opacity, scale });
  }
  const table = labelColors(kind, opacity, classes);
  if (view === "draft" && draft) return (index) => table[draft[index]];
  return sheet.ink ? throughInk(table, sheet) : (index) => table[values[index]];
}

/** A line that is not shown uncovers the fill beneath it. */
function throughInk(table, { values, paint }) {
  const below = paint.values;
  return (index) => table[values[index]] || table[below[index]];
}
