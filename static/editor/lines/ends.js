/** Where lines end, and which way they point. */

import { framePoint } from "./grid.js";
import { reachOut } from "./width.js";

/**
 * @typedef {object} End
 * @property {number} chain number of its chain
 * @property {number} x centre of the skeleton's last pixel in px of the frame
 * @property {number} y
 * @property {{dx: number, dy: number}[]} ways directions in which the line would go on, length 1: as its last stretch
 *   goes, and as its very tip does, which differs where a corner is near
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
  const end = framePoint(grid, pixels[0]);
  const backs = [Math.max(4, Math.round(2 * width)), Math.max(2, Math.round(width))];
  const ways = backs.map((back) => wayTo(end, pixels, behind, back, grid)).filter(Boolean);
  if (!ways.length) return null;
  const tip = reachOut(grid, pixels[0]).distance - 0.5;
  return { chain, x: end.x + 0.5, y: end.y + 0.5, ways, tip, width, value: grid.cells[pixels[0]] };
}

/** Direction of a line's end as seen from so many pixels behind it; null where that points nowhere. */
function wayTo(end, pixels, behind, back, grid) {
  const from = pixels.length > 1 ? pixels[Math.min(back, pixels.length - 1)] : behind;
  if (from < 0) return null;
  const base = framePoint(grid, from);
  const length = Math.hypot(end.x - base.x, end.y - base.y);
  return length ? { dx: (end.x - base.x) / length, dy: (end.y - base.y) / length } : null;
}

function atEdge({ x, y, tip }, { width, height }) {
  return Math.min(x, y, width - x, height - y) < tip + 1;
}

/** Whether other ink lies beside the tip. */
function touches({ x, y, ways, tip, chain, value }, owner, grid) {
  const [{ dx, dy }] = ways;
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
