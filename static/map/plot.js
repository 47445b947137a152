/** Draws points into an ImageData: a million of them in tens of milliseconds, wherever there is a canvas. */

import { dimmed } from "./colors.js";

const GROUND = 0xff110e0d; // --bg-sunken, little-endian
const MANY = 250_000;

/** Side of a point in px of the canvas: smaller the more there are, larger the nearer one looks. */
export function pointSide(count, scale, fitted) {
  const base = count > MANY ? 1.5 : count > 20_000 ? 2.5 : count > 2_000 ? 4 : 7;
  return Math.max(1, Math.min(12, Math.round(base * Math.sqrt(Math.max(1, scale / fitted)))));
}

/**
 * Draw points.
 * @param {{data32: Uint32Array, width: number, height: number}} image px of the canvas
 * @param {{xs: Float32Array, ys: Float32Array}} points
 * @param {{scale: number, left: number, top: number}} view of px of the canvas
 * @param {{colors: Uint32Array, marks: ?Uint8Array, side: number, step: number}} look marks: the chosen, drawn last and
 *   alone in full colour; step: every how many-th point is drawn, while one moves
 */
export function drawPoints(image, points, view, look) {
  image.data32.fill(GROUND);
  if (!look.marks) return stamp(image, points, view, look, look.colors, null);
  stamp(image, points, view, look, look.colors, 0);
  stamp(image, points, view, { ...look, side: Math.min(look.side + 1, 13) }, look.colors, 1);
}

function stamp({ data32, width, height }, { xs, ys }, { scale, left, top }, { marks, side, step }, colors, wanted) {
  const half = side >> 1;
  const round = side > 7 ? 2 : side > 3 ? 1 : 0;
  const [right, bottom] = [width - side, height - side];
  for (let i = 0; i < xs.length; i += step) {
    if (wanted !== null && marks[i] !== wanted) continue;
    const x = ((xs[i] - left) * scale - half) | 0;
    const y = ((top - ys[i]) * scale - half) | 0;
    if (x < 0 || y < 0 || x > right || y > bottom) continue;
    const color = wanted === 0 ? dimmed(colors[i]) : colors[i];
    for (let row = 0; row < side; row++) {
      const cut = round && (row === 0 || row === side - 1) ? round : 0;
      const from = (y + row) * width + x;
      data32.fill(color, from + cut, from + side - cut);
    }
  }
}
