/** Ends that point at each other, or at another line: where a line was meant to go on. */

import { bresenham } from "../raster/line.js";

/** Widest opening looked across, in px. */
export const REACH = 32;
/** The same for an end that looks for a line: lines that end in the open near another one are common. */
const LINE_REACH = 16;
/** An end points at what lies within this angle of its direction. */
const AIM = Math.cos((50 * Math.PI) / 180);
/** Directions tried, in degrees off the end's own, when it looks for a line to meet. */
const RAYS = [0, -15, 15, -30, 30];

/**
 * @typedef {object} Join
 * @property {{x: number, y: number}} from centre of a skeleton pixel in px of the frame
 * @property {{x: number, y: number}} to the same of the other end, or of the line that is met
 * @property {number} gap opening between the lines' outlines in px, at least 0
 * @property {number} size width of the stroke that closes it, in px
 * @property {number} value stored value of the stroke
 * @property {"end" | "line"} meets what lies on the other side
 */

/**
 * Openings between two ends of one stored value, each end in one at most, the most likely ones first; then those between
 * an end and a line ahead of it.
 * @param {import("./ends.js").End[]} ends
 * @param {Int32Array} owner of `spreadOwners`
 * @param {import("./grid.js").Grid} grid
 * @returns {Join[]}
 */
export function findJoins(ends, owner, grid) {
  const taken = new Set();
  const joins = [];
  for (const { a, b, gap } of facingPairs(ends, owner, grid)) {
    if (taken.has(a) || taken.has(b)) continue;
    taken.add(a).add(b);
    joins.push(makeJoin(a, b, gap, (a.width + b.width) / 2, "end"));
  }
  for (const end of ends) if (!taken.has(end)) joins.push(...joinToLine(end, owner, grid));
  return joins;
}

function makeJoin(a, b, gap, width, meets) {
  const size = Math.max(1, Math.round(width));
  return { from: { x: a.x, y: a.y }, to: { x: b.x, y: b.y }, gap, size, value: a.value, meets };
}

function facingPairs(ends, owner, grid) {
  const pairs = [];
  ends.forEach((a, i) => {
    for (let k = i + 1; k < ends.length; k++) {
      const pair = facing(a, ends[k]);
      if (pair && isFree(a, ends[k], owner, grid)) pairs.push(pair);
    }
  });
  return pairs.sort((p, q) => p.cost - q.cost);
}

/** Two ends as a pair when each points at the other within reach, else null. */
function facing(a, b) {
  if (a.value !== b.value) return null;
  const [x, y] = [b.x - a.x, b.y - a.y];
  const distance = Math.hypot(x, y);
  const gap = Math.max(0, distance - a.tip - b.tip);
  if (gap > REACH || !distance) return null;
  const [aimA, aimB] = [aim(a, x / distance, y / distance), aim(b, -x / distance, -y / distance)];
  // Across a crack narrower than the line nobody can say where ends point.
  const least = gap <= Math.min(a.width, b.width) / 2 ? 0 : AIM;
  if (Math.min(aimA, aimB) < least) return null;
  return { a, b, gap, cost: gap * (3 - aimA - aimB) };
}

/** Cosine of the angle between an end's way and a direction. */
function aim({ ways }, x, y) {
  return Math.max(...ways.map(({ dx, dy }) => dx * x + dy * y));
}

/** Whether nothing but the two lines themselves lies between. */
function isFree(a, b, owner, { stride }) {
  let free = true;
  bresenham(Math.floor(a.x), Math.floor(a.y), Math.floor(b.x), Math.floor(b.y), (x, y) => {
    const there = owner[(y + 1) * stride + x + 1];
    if (there && there !== a.chain + 1 && there !== b.chain + 1) free = false;
  });
  return free;
}

function joinToLine(end, owner, grid) {
  const rays = end.ways.flatMap((way) => RAYS.map((degrees) => turned(way, degrees)));
  const hits = rays.map((ray) => firstHit(end, ray, owner, grid)).filter(Boolean);
  if (!hits.length) return [];
  const nearest = hits.reduce((best, hit) => (hit.gap < best.gap ? hit : best));
  return [makeJoin(end, nearest, nearest.gap, end.width, "line")];
}

/** First pixel of another line in a direction. */
function firstHit(end, { dx, dy }, owner, { stride, width, height }) {
  for (let step = 1; step <= LINE_REACH + end.tip; step++) {
    const [x, y] = [Math.floor(end.x + step * dx), Math.floor(end.y + step * dy)];
    if (x < 0 || y < 0 || x >= width || y >= height) return null;
    const there = owner[(y + 1) * stride + x + 1];
    if (there === end.chain + 1 || !there) continue;
    return { x: x + 0.5, y: y + 0.5, gap: Math.max(0, step - end.tip - 0.5) };
  }
  return null;
}

function turned({ dx, dy }, degrees) {
  const turn = (degrees * Math.PI) / 180;
  return { dx: dx * Math.cos(turn) - dy * Math.sin(turn), dy: dx * Math.sin(turn) + dy * Math.cos(turn) };
}
