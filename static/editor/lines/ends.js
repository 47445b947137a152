/** Where lines end, and which way they point. */

import { framePoint } from "./grid.js";
import { reachOut } from "./width.js";

/**
 * @typedef {object} End
 * @property {number} chain number of its chain
 * @property {number} x centre of the skeleton's last pixel in px of the frame
 * @property {number} y
 * @property {number} dx direction in which the line would go on, length 1
 * @property {number} dy
 * @property {number} tip px from there to the line's tip
 * @property {number} width of the line in px
 * @property {number} value stored value of the line
 * @property {boolean} free whether it ends in the open: not at the frame's edge, and touching no line of another value
 */

/**
 * All ends of lines; single dots have none.
 * @param {import("./graph.js").Chain[]} chains
 * @param {Float32Array} widths mean width of each chain
 * @param {Int32Array} owner of `spreadOwners`
 * @param {import("./grid.js").Grid} grid
 * @returns {End[]}
 */
export function lineEnds(chains, widths, owner, grid) {
  return chains.flatMap((chain, number) => {
    if (chain.closed) return [];
    const sides = [chain.from < 0 && chain.pixels, chain.to < 0 && chain.pixels.slice().reverse()];
    const other = [chain.to, chain.from];
    const ends = sides.map((pixels, i) => pixels && makeEnd(pixels, other[i], number, widths[number], grid));
    return ends.filter(Boolean).map((end) => ({ ...end, free: !atEdge(end, grid) && !touches(end, owner, grid) }));
  });
}

/** @param {number[]} pixels of the chain, from the end on @param {number} behind junction at its other side, -1 if none */
function makeEnd(pixels, behind, chain, width, grid) {
  const back = Math.min(pixels.length - 1, Math.max(4, Math.round(2 * width)));
  const from = back > 0 ? pixels[back] : behind;
  if (from < 0) return null;
  const [end, base] = [framePoint(grid, pixels[0]), framePoint(grid, from)];
  const length = Math.hypot(end.x - base.x, end.y - base.y);
  // A line that comes back to where it began points nowhere.
  if (!length) return null;
  const [dx, dy] = [(end.x - base.x) / length, (end.y - base.y) / length];
  const tip = reachOut(grid, pixels[0]).distance - 0.5;
  return { chain, x: end.x + 0.5, y: end.y + 0.5, dx, dy, tip, width, value: grid.cells[pixels[0]] };
}

function atEdge({ x, y, tip }, { width, height }) {
  return Math.min(x, y, width - x, height - y) < tip + 1;
}

/** Whether other ink lies beside the tip. */
function touches({ x, y, dx, dy, tip, chain, value }, owner, grid) {
  const radius = Math.ceil(tip + 1);
  const [cx, cy] = [Math.floor(x), Math.floor(y)];
  for (let oy = -radius; oy <= radius; oy++) {
    for (let ox = -radius; ox <= radius; ox++) {
      if (Math.hypot(ox, oy) > tip + 1.5 || ox * dx + oy * dy < 0) continue;
      const at = (cy + oy + 1) * grid.stride + cx + ox + 1;
      if (owner[at] && owner[at] !== chain + 1 && grid.cells[at] !== value) return true;
    }
  }
  return false;
}
