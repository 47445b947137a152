/** Strokes without gaps: the disc at every step of Bresenham's line (Bresenham 1965). */

import { discOrigin, discRows } from "./disc.js";

/**
 * Call `visit(x, y)` for every pixel from (x0, y0) to (x1, y1), both included.
 */
export function bresenham(x0, y0, x1, y1, visit) {
  const dx = Math.abs(x1 - x0);
  const dy = -Math.abs(y1 - y0);
  const stepX = x0 < x1 ? 1 : -1;
  const stepY = y0 < y1 ? 1 : -1;
  let error = dx + dy;
  for (let x = x0, y = y0; ; ) {
    visit(x, y);
    if (x === x1 && y === y1) return;
    const twice = 2 * error;
    if (twice >= dy) {
      error += dy;
      x += stepX;
    }
    if (twice <= dx) {
      error += dx;
      y += stepY;
    }
  }
}

/**
 * Spans of a stroke segment of one width: the union of the discs along the line.
 *
 * Neighbouring discs overlap or touch in every row they share, so a row of the union is one span; its ends are
 * enough, and a segment costs its length times the brush's height instead of times its area.
 * @param {{x: number, y: number}} from point of the frame in px
 * @param {{x: number, y: number}} to
 * @param {number} size brush diameter in px
 * @param {(y: number, x0: number, x1: number) => void} emit x1 is excluded
 */
export function strokeSpans(from, to, size, emit) {
  const [fromX, fromY] = [discOrigin(from.x, size), discOrigin(from.y, size)];
  const [toX, toY] = [discOrigin(to.x, size), discOrigin(to.y, size)];
  const top = Math.min(fromY, toY);
  const height = Math.abs(toY - fromY) + size;
  const first = new Int32Array(height).fill(0x7fffffff);
  const end = new Int32Array(height).fill(-0x80000000);
  const rows = discRows(size);
  bresenham(fromX, fromY, toX, toY, (x, y) => {
    for (let row = 0, at = y - top; row < size; row++, at++) {
      if (x + rows[2 * row] < first[at]) first[at] = x + rows[2 * row];
      if (x + rows[2 * row + 1] > end[at]) end[at] = x + rows[2 * row + 1];
    }
  });
  for (let row = 0; row < height; row++) emit(top + row, first[row], end[row]);
}
