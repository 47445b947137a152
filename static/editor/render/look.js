/** How each pixel of the frame looks in the chosen view: the labels, the draft, or the difference of the two. */

import { differenceColors, labelColors } from "./colors.js";

/**
 * @param {object} doc the open frame
 * @param {{view: string, opacity: number}} settings
 * @param {{hidden?: number[], solo?: number | null, alpha?: Record<number, number>}} [classes] as `labelColors` takes it
 * @returns {(index: number) => number} packed colour of a frame pixel, asked with y * width + x
 */
export function colorAt({ kind, sheet, draft }, { view, opacity }, classes = {}) {
  const { values } = sheet;
  if (view === "difference" && draft) {
    const table = differenceColors(opacity);
    return (index) => table[values[index] * 256 + draft[index]];
  }
  const table = labelColors(kind, opacity, classes);
  const shown = view === "draft" && draft ? draft : values;
  return (index) => table[shown[index]];
}
