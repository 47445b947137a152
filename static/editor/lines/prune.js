/** Thinning leaves short spurs at the corners of thick lines; they are no strokes of anybody's. */

import { chainsOf } from "./graph.js";
import { reachOut } from "./width.js";

/** Taking a spur away may leave another one free; what is still there after this many rounds is drawn. */
const ROUNDS = 4;

/**
 * Cut a skeleton into chains, without spurs that lie within the line they stand on.
 *
 * A junction itself always stays, so no line vanishes.
 * @param {Uint8Array} skeleton of `thin`; spurs are wiped from it
 * @param {import("./grid.js").Grid} grid
 * @returns {import("./graph.js").Chain[]}
 */
export function prunedChains(skeleton, grid) {
  let chains = chainsOf(skeleton, grid);
  for (let round = 0; round < ROUNDS; round++) {
    const spurs = chains.filter((chain) => isSpur(chain, grid));
    if (!spurs.length) break;
    for (const { pixels } of spurs) for (const at of pixels) skeleton[at] = 0;
    chains = chainsOf(skeleton, grid);
  }
  return chains;
}

/** Whether a chain that ends freely does not leave the disc that fits into the line at its junction. */
function isSpur({ pixels, from, to }, grid) {
  if (from < 0 === to < 0) return false;
  return pixels.length < reachOut(grid, Math.max(from, to)).distance + 0.5;
}
