/**
 * Thinning to lines one pixel wide that keep their connections and ends (Guo and Hall 1989, algorithm A2).
 *
 * Each stored value is thinned by itself, in one pass over all of them. A pixel is looked at again only after a neighbour
 * went, so the cost follows the number of line pixels and not the frame's size times the width of its thickest line.
 */

import { sameAround } from "./grid.js";

const [FIRST, SECOND] = [removableTable(0), removableTable(1)];

/**
 * @param {import("./grid.js").Grid} grid
 * @returns {Uint8Array} cells of the grid's shape: the stored value on the skeleton, 0 elsewhere
 */
export function thin(grid) {
  const cells = grid.cells.slice();
  // How many of the two alternating tests a pixel still has to stand before it may rest.
  const due = new Uint8Array(cells.length);
  let list = outline(grid, due);
  for (let turn = 0; list.length; turn ^= 1) list = testOnce(cells, grid.around, due, list, turn ? SECOND : FIRST);
  return cells;
}

/** Line pixels with a neighbour that is not of their line. */
function outline({ cells, ink, around }, due) {
  const list = [];
  for (const at of ink) {
    if (sameAround(cells, at, around) === 255) continue;
    due[at] = 2;
    list.push(at);
  }
  return list;
}

/** Take away all that the test lets go, judged by what was there before; return what must be tested next. */
function testOnce(cells, around, due, list, removable) {
  const gone = list.filter((at) => removable[sameAround(cells, at, around)]);
  const values = gone.map((at) => cells[at]);
  const next = [];
  for (const at of gone) cells[at] = due[at] = 0;
  for (const at of list) if (cells[at] && --due[at]) next.push(at);
  gone.forEach((at, i) => wake(cells, around, due, next, at, values[i]));
  return next;
}

function wake(cells, around, due, next, at, value) {
  for (let i = 0; i < 8; i++) {
    const beside = at + around[i];
    if (cells[beside] !== value) continue;
    if (!due[beside]) next.push(beside);
    due[beside] = 2;
  }
}

function removableTable(turn) {
  return Uint8Array.from({ length: 256 }, (_, code) => Number(isRemovable(code, turn)));
}

/** The paper's three conditions, in its numbering: P2 is above, then clockwise to P9. */
function isRemovable(code, turn) {
  const [p2, p3, p4, p5, p6, p7, p8, p9] = Array.from({ length: 8 }, (_, i) => (code >> i) & 1);
  const parts = (!p2 & (p3 | p4)) + (!p4 & (p5 | p6)) + (!p6 & (p7 | p8)) + (!p8 & (p9 | p2));
  const one = (p9 | p2) + (p3 | p4) + (p5 | p6) + (p7 | p8);
  const two = (p2 | p3) + (p4 | p5) + (p6 | p7) + (p8 | p9);
  const around = Math.min(one, two);
  const side = turn === 0 ? (p6 | p7 | !p9) & p8 : (p2 | p3 | !p5) & p4;
  return parts === 1 && around >= 2 && around <= 3 && !side;
}
