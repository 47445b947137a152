/**
 * The brush's shape. A brush of n px covers the n x n box at an integer origin; a pixel of the box is set when its centre
 * lies within n/2 of the box's centre. So 1 is one pixel, 2 and 3 are squares, 4 lacks its corners. Integers throughout.
 */

const cache = new Map();

/**
 * Row spans of the disc inside its box.
 * @param {number} size diameter in px, at least 1
 * @returns {Int32Array} for row i: first column (2i) and end column, excluded (2i + 1)
 */
export function discRows(size) {
  if (!cache.has(size)) cache.set(size, makeRows(size));
  return cache.get(size);
}

/**
 * Top left pixel of the brush's box when it is held at a point of the frame.
 * @param {number} at coordinate in pixels, 0 = the edge of the first pixel
 * @param {number} size
 */
export function discOrigin(at, size) {
  return Math.floor(at - size / 2 + 0.5);
}

function makeRows(size) {
  const rows = new Int32Array(2 * size);
  for (let row = 0; row < size; row++) {
    const dy = 2 * row + 1 - size;
    let first = 0;
    while ((2 * first + 1 - size) ** 2 + dy ** 2 > size ** 2) first++;
    rows[2 * row] = first;
    rows[2 * row + 1] = size - first;
  }
  return rows;
}
