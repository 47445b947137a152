/** Short ends that stick out past the line they were meant to meet. */

import { framePoint } from "./grid.js";

/** An overshoot sticks out by at most so many of its widths, and never counts as a stroke below LEAST px. */
const LONGEST = 2.5;
const LEAST = 4;

/**
 * @typedef {object} Overshoot
 * @property {number} chain number of its chain
 * @property {number} x its tip in px of the frame
 * @property {number} y
 * @property {Int32Array} pixels what to erase, as y * width + x; the body of the line it stands on is not among them
 */

/**
 * @param {import("./ends.js").End[]} ends free ends
 * @param {import("./graph.js").Chain[]} chains
 * @param {Float32Array} widths mean width of each chain
 * @param {{starts: Int32Array, pixels: Int32Array}} owned pixels of each chain
 * @param {import("./grid.js").Grid} grid
 * @returns {Overshoot[]}
 */
export function findOvershoots(ends, chains, widths, owned, grid) {
  const atNode = chainsByNode(chains, grid);
  return ends.flatMap((end) => {
    const { from, to } = chains[end.chain];
    const node = Math.max(from, to);
    if (node < 0) return [];
    const others = atNode(node).filter((number) => number !== end.chain);
    const radius = Math.max(...others.map((number) => widths[number]), 1) / 2;
    const longest = Math.max(LEAST, LONGEST * end.width);
    if (chains[end.chain].pixels.length + end.tip - radius > longest) return [];
    const body = others.flatMap((number) => nearPixels(chains[number], node, longest + 4 * radius, grid));
    const pixels = outside(owned, end.chain, [framePoint(grid, node), ...body], radius, grid.width);
    return pixels.length ? [{ chain: end.chain, x: end.x, y: end.y, pixels }] : [];
  });
}

/** Chains that begin or end at a junction, or at one beside it. */
function chainsByNode(chains, grid) {
  const byNode = new Map();
  chains.forEach(({ from, to }, number) => {
    for (const node of new Set([from, to])) if (node >= 0) byNode.set(node, [...(byNode.get(node) ?? []), number]);
  });
  return (node) => [0, ...grid.around].flatMap((offset) => byNode.get(node + offset) ?? []);
}

function nearPixels({ pixels }, node, distance, grid) {
  const centre = framePoint(grid, node);
  return pixels.map((at) => framePoint(grid, at)).filter(({ x, y }) => Math.hypot(x - centre.x, y - centre.y) <= distance);
}

/** Pixels of a chain that no disc along the body covers. */
function outside({ starts, pixels }, chain, body, radius, width) {
  const own = pixels.subarray(starts[chain], starts[chain + 1]);
  return own.filter((index) => {
    const [x, y] = [index % width, Math.floor(index / width)];
    return body.every((point) => Math.hypot(point.x - x, point.y - y) > radius);
  });
}

