/** The lines of a label map as segments: from junction to junction, from end to end, of one stored value each. */

import { lineEnds } from "./ends.js";
import { lineGrid } from "./grid.js";
import { findJoins } from "./joins.js";
import { findOvershoots } from "./overshoots.js";
import { adoptLeftovers, meanWidth, pixelsByOwner, spreadOwners } from "./owners.js";
import { prunedChains } from "./prune.js";
import { thin } from "./thin.js";

/**
 * @typedef {object} Lines
 * @property {import("./grid.js").Grid} grid
 * @property {Uint8Array} skeleton cells of the grid's shape
 * @property {import("./graph.js").Chain[]} chains
 * @property {Int32Array} owner cells of the grid's shape: number of the chain + 1
 * @property {Float32Array} widths mean width of each chain in px
 * @property {import("./ends.js").End[]} ends
 * @property {import("./joins.js").Join[]} joins
 *
 * @typedef {object} SegmentMap what the page needs; typed arrays only, so that it crosses from the worker without a copy
 * @property {Uint16Array | Uint32Array} ids height * width: number of the segment + 1, 0 where there is no line
 * @property {Uint8Array} values stored value of each segment
 * @property {Float32Array} widths of each in px
 * @property {Int32Array} starts segment k has pixels[starts[k]] up to pixels[starts[k + 1]]
 * @property {Int32Array} pixels y * width + x
 * @property {import("./joins.js").Join[]} joins
 * @property {import("./overshoots.js").Overshoot[]} overshoots
 */

/**
 * Trace a label map's lines.
 * @param {Uint8Array} values height * width stored values
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} isLine 256 flags
 * @returns {Lines}
 */
export function traceLines(values, width, height, isLine) {
  const grid = lineGrid(values, width, height, isLine);
  const skeleton = thin(grid);
  const chains = prunedChains(skeleton, grid);
  const owner = spreadOwners(chains, grid);
  adoptLeftovers(chains, owner, grid);
  const widths = Float32Array.from(chains, (chain) => meanWidth(chain, grid));
  const ends = lineEnds(chains, widths, owner, grid);
  return { grid, skeleton, chains, owner, widths, ends, joins: findJoins(ends.filter(({ free }) => free), owner, grid) };
}

/**
 * Segments of a label map.
 * @param {{values: Uint8Array, width: number, height: number, isLine: Uint8Array}} payload as for `traceLines`
 * @returns {SegmentMap}
 */
export function segmentMap({ values, width, height, isLine }) {
  const { grid, chains, owner, widths, ends, joins } = traceLines(values, width, height, isLine);
  const owned = pixelsByOwner(owner, chains.length, grid);
  return {
    ids: frameIds(owner, chains.length, grid),
    values: Uint8Array.from(chains, ({ pixels }) => grid.cells[pixels[0]]),
    widths,
    ...owned,
    joins,
    overshoots: findOvershoots(ends.filter(({ free }) => free), chains, widths, owned, grid),
  };
}

/** Buffers of a segment map that a worker hands over. @param {SegmentMap} map */
export function segmentBuffers({ ids, values, widths, starts, pixels }) {
  return [ids, values, widths, starts, pixels].map(({ buffer }) => buffer);
}

function frameIds(owner, count, { width, height, stride }) {
  const ids = count < 0xffff ? new Uint16Array(width * height) : new Uint32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (y + 1) * stride + 1;
    for (let x = 0, to = y * width; x < width; x++, to++) ids[to] = owner[from + x];
  }
  return ids;
}
