/** Lines on a padded grid: a border of zeros spares every step a look at the frame's edge. */

/**
 * @typedef {object} Grid
 * @property {number} width of the frame in px
 * @property {number} height
 * @property {number} stride width + 2; position p lies at column p % stride - 1, row floor(p / stride) - 1 of the frame
 * @property {Uint8Array} cells (height + 2) * stride stored values of lines; 0 where there is none
 * @property {Int32Array} ink positions of the line pixels, row by row
 * @property {Int32Array} around offsets of the eight neighbours, clockwise from above
 */

/**
 * Lay a label map's lines on a padded grid.
 * @param {Uint8Array} values height * width stored values
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} isLine 256 flags: 1 for stored values of lines
 * @returns {Grid}
 */
export function lineGrid(values, width, height, isLine) {
  const stride = width + 2;
  const cells = new Uint8Array(stride * (height + 2));
  let count = 0;
  for (let y = 0, from = 0; y < height; y++) {
    for (let x = 0, at = (y + 1) * stride + 1; x < width; x++, from++, at++) {
      if (!isLine[values[from]]) continue;
      cells[at] = values[from];
      count += 1;
    }
  }
  return { width, height, stride, cells, ink: positions(cells, count), around: aroundOffsets(stride) };
}

/** Offsets of the eight neighbours on a grid of that stride, clockwise from above. */
export function aroundOffsets(stride) {
  return Int32Array.of(-stride, 1 - stride, 1, stride + 1, stride, stride - 1, -1, -stride - 1);
}

/**
 * Which of the eight neighbours have the same value, as bits 0 to 7, clockwise from above.
 * @param {Uint8Array} cells
 * @param {number} at position
 * @param {Int32Array} around
 */
export function sameAround(cells, at, around) {
  const value = cells[at];
  let code = 0;
  for (let i = 0; i < 8; i++) if (cells[at + around[i]] === value) code |= 1 << i;
  return code;
}

/** Index in the frame (y * width + x) of a position of the grid. */
export function frameIndex({ stride, width }, at) {
  return (Math.floor(at / stride) - 1) * width + (at % stride) - 1;
}

/** Pixel of the frame at a position of the grid. @returns {{x: number, y: number}} */
export function framePoint({ stride }, at) {
  return { x: (at % stride) - 1, y: Math.floor(at / stride) - 1 };
}

function positions(cells, count) {
  const found = new Int32Array(count);
  for (let at = 0, n = 0; n < count; at++) if (cells[at]) found[n++] = at;
  return found;
}
