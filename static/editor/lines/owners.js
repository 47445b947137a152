/** Every line pixel belongs to the chain of the skeleton that is nearest inside its line. */

import { frameIndex } from "./grid.js";
import { widthAcross } from "./width.js";

/** Widths are measured at so many pixels of a chain at most. */
const SAMPLES = 48;

/**
 * Spread the chains' numbers over the line pixels, ring by ring.
 * @param {import("./graph.js").Chain[]} chains
 * @param {import("./grid.js").Grid} grid
 * @returns {Int32Array} cells of the grid's shape: number of the chain + 1, 0 where there is no line
 */
export function spreadOwners(chains, grid) {
  const owner = new Int32Array(grid.cells.length);
  const queue = new Int32Array(grid.ink.length);
  let filled = 0;
  chains.forEach(({ pixels }, number) => {
    for (const at of pixels) {
      owner[at] = number + 1;
      queue[filled++] = at;
    }
  });
  spread(owner, queue, filled, grid);
  return owner;
}

function spread(owner, queue, filled, { cells, around }) {
  for (let taken = 0; taken < filled; taken++) {
    const at = queue[taken];
    for (let i = 0; i < 8; i++) {
      const beside = at + around[i];
      if (owner[beside] || cells[beside] !== cells[at]) continue;
      owner[beside] = owner[at];
      queue[filled++] = beside;
    }
  }
}

/**
 * Blots of which thinning left only junctions get a chain of one pixel each, so that no pixel is without.
 * @returns {boolean} whether there were any; owners must be spread again then
 */
export function adoptLeftovers(chains, owner, grid) {
  const before = chains.length;
  for (const at of grid.ink) {
    if (owner[at]) continue;
    chains.push({ pixels: [at], from: -1, to: -1, closed: false });
    claim(owner, at, chains.length, grid);
  }
  return chains.length > before;
}

function claim(owner, start, number, { cells, around }) {
  const open = [start];
  owner[start] = number;
  while (open.length) {
    const at = open.pop();
    for (const offset of around) {
      const beside = at + offset;
      if (owner[beside] || cells[beside] !== cells[at]) continue;
      owner[beside] = number;
      open.push(beside);
    }
  }
}

/**
 * The pixels of each chain, one after the other.
 * @returns {{starts: Int32Array, pixels: Int32Array}} chain k has pixels[starts[k]] up to pixels[starts[k + 1]], as y * width + x
 */
export function pixelsByOwner(owner, count, grid) {
  const starts = new Int32Array(count + 1);
  for (const at of grid.ink) starts[owner[at]] += 1;
  for (let k = 0; k < count; k++) starts[k + 1] += starts[k];
  const next = starts.slice(0, count);
  const pixels = new Int32Array(grid.ink.length);
  for (const at of grid.ink) pixels[next[owner[at] - 1]++] = frameIndex(grid, at);
  return { starts, pixels };
}

/** Mean width of a chain in px, away from its junctions if it is long enough. */
export function meanWidth({ pixels }, grid) {
  const cut = Math.floor(pixels.length / 4);
  const inner = pixels.slice(cut, pixels.length - cut);
  const step = Math.ceil(inner.length / SAMPLES);
  const sampled = inner.filter((_, i) => i % step === 0);
  return sampled.reduce((sum, at) => sum + widthAcross(grid, at), 0) / sampled.length;
}
