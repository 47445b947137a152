/**
 * The label layer, sampled straight from the map for the screen pixels that need it: nearest neighbour, exact at any
 * zoom, and a stroke costs the screen pixels it touches, however large the frame is.
 */

/**
 * Colour a rectangle of the screen.
 * @param {Uint32Array} out (x1 - x0) * (y1 - y0) packed colours, all written
 * @param {{x0: number, y0: number, x1: number, y1: number}} rect screen pixels, ends excluded
 * @param {{x: number, y: number, scale: number}} view
 * @param {{width: number, height: number}} size of the frame
 * @param {(index: number) => number} colorAt packed colour of a frame pixel
 */
export function paintRect(out, rect, view, size, colorAt) {
  const columns = sampleIndices(rect.x0, rect.x1, view.x, view.scale, size.width);
  const rows = sampleIndices(rect.y0, rect.y1, view.y, view.scale, size.height);
  const width = columns.length;
  for (let row = 0; row < rows.length; row++) {
    const target = row * width;
    if (rows[row] < 0) out.fill(0, target, target + width);
    else if (row > 0 && rows[row] === rows[row - 1]) out.copyWithin(target, target - width, target);
    else paintRow(out, target, columns, rows[row] * size.width, colorAt);
  }
}

/** Frame column (or row) whose pixel covers the middle of each screen pixel; -1 outside the frame. */
export function sampleIndices(from, to, origin, scale, limit) {
  const indices = new Int32Array(to - from);
  for (let at = from; at < to; at++) {
    const index = Math.floor((at + 0.5 - origin) / scale);
    indices[at - from] = index >= 0 && index < limit ? index : -1;
  }
  return indices;
}

function paintRow(out, target, columns, row, colorAt) {
  for (let i = 0; i < columns.length; i++) out[target + i] = columns[i] < 0 ? 0 : colorAt(row + columns[i]);
}
