/** Taking over what the model proposes: all of it, a class of it, or one region that differs. */

import { classTable } from "./kinds.js";
import { floodSpans } from "./raster/flood.js";

/**
 * The connected region around a pixel in which a label map and a draft differ.
 * @param {Uint8Array} values stored values, height * width
 * @param {Uint8Array} draft likewise
 * @param {{width: number, height: number}} size
 * @param {{x: number, y: number}} seed a pixel
 * @returns {Int32Array} spans y, x0, x1 (excluded); empty where both agree
 */
export function differingRegion(values, draft, { width, height }, seed) {
  return floodSpans(width, height, seed, (index) => values[index] !== draft[index]);
}

/**
 * Make the label map what the draft is, wherever `wanted` says so and the two differ.
 * @param {import("./history.js").Edit} edit
 * @param {{sheet: object, draft: Uint8Array}} doc
 * @param {(draftValue: number) => boolean} wanted
 */
export function takeWhere(edit, { sheet, draft }, wanted) {
  const { width, height, values } = sheet;
  const take = Uint8Array.from({ length: 256 }, (_, value) => Number(wanted(value)));
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const from = x;
      while (x < width && take[draft[row + x]] && values[row + x] !== draft[row + x]) x++;
      if (x > from) takeSpan(edit, sheet, draft, y, from, x);
    }
  }
}

/** All draft pixels of a class. @param {number} index class index */
export function takeClass(edit, doc, index) {
  const classes = classTable(doc.kind);
  takeWhere(edit, doc, (value) => classes[value] === index);
}

/** @param {Int32Array} spans as of `differingRegion` */
export function takeSpans(edit, { sheet, draft }, spans) {
  for (let at = 0; at < spans.length; at += 3) takeSpan(edit, sheet, draft, spans[at], spans[at + 1], spans[at + 2]);
}

/** A line of the draft goes over what is painted; its fills take the place of any line. */
function takeSpan(edit, sheet, draft, y, x0, x1) {
  const row = y * sheet.width;
  for (let from = x0; from < x1; ) {
    const value = draft[row + from];
    let to = from + 1;
    while (to < x1 && draft[row + to] === value) to++;
    if (sheet.ink && !sheet.isLine(value)) edit.eraseSpan(y, from, to, "ink");
    edit.fillSpan(y, from, to, value);
    from = to;
  }
}
