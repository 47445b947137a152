/**
 * A skeleton as a graph: nodes where lines meet, chains of pixels between them.
 *
 * Two skeleton pixels are linked when they share a side, or a corner that no pixel of the line beside both bridges
 * (m-adjacency, Rosenfeld 1970): steps of a staircase then are no junctions.
 */

import { sameAround } from "./grid.js";

const LINKS = Uint8Array.from({ length: 256 }, (_, code) => links(code));
const DEGREE = LINKS.map(bits);

/**
 * @typedef {object} Chain
 * @property {number[]} pixels positions in order; no junction among them
 * @property {number} from junction that the first pixel touches, -1 when the line ends there
 * @property {number} to the same of the last pixel
 * @property {boolean} closed whether it is a ring without junctions
 */

/**
 * Cut a skeleton at its junctions.
 * @param {Uint8Array} skeleton of `thin`
 * @param {import("./grid.js").Grid} grid
 * @returns {Chain[]} in the order of their uppermost, then leftmost pixel; every skeleton pixel that is no junction is in one
 */
export function chainsOf(skeleton, grid) {
  const walk = new Walk(skeleton, grid.around);
  const chains = [];
  for (const at of grid.ink) {
    if (skeleton[at] && !walk.seen[at] && walk.degree(at) < 3) chains.push(walk.chainThrough(at));
  }
  return chains;
}

/** Whether lines meet at a skeleton pixel. */
export function isJunction(skeleton, at, around) {
  return DEGREE[sameAround(skeleton, at, around)] >= 3;
}

class Walk {
  constructor(skeleton, around) {
    this.skeleton = skeleton;
    this.around = around;
    this.seen = new Uint8Array(skeleton.length);
  }

  degree(at) {
    return DEGREE[sameAround(this.skeleton, at, this.around)];
  }

  /** Positions linked to one. */
  linked(at) {
    const code = LINKS[sameAround(this.skeleton, at, this.around)];
    const found = [];
    for (let i = 0; i < 8; i++) if (code & (1 << i)) found.push(at + this.around[i]);
    return found;
  }

  chainThrough(at) {
    this.seen[at] = 1;
    const [first, second] = this.linked(at);
    const ahead = this.follow(at, first);
    const behind = this.follow(at, second);
    const pixels = [...behind.pixels.reverse(), at, ...ahead.pixels];
    const closed = ahead.stop === at;
    return { pixels, from: closed ? -1 : behind.stop, to: closed ? -1 : ahead.stop, closed };
  }

  /** Go on from a pixel by a link until the line ends (-1), meets a junction, or comes back to where it began. */
  follow(start, link) {
    const pixels = [];
    let [before, at] = [start, link];
    while (at !== undefined && at !== start && this.degree(at) < 3 && !this.seen[at]) {
      this.seen[at] = 1;
      pixels.push(at);
      [before, at] = [at, this.linked(at).find((next) => next !== before)];
    }
    return { pixels, stop: at ?? -1 };
  }
}

/** Of the neighbours in a code, those that are linked with the pixel. */
function links(code) {
  let out = code & 0b01010101;
  for (const corner of [1, 3, 5, 7]) {
    const bridges = (1 << (corner - 1)) | (1 << ((corner + 1) % 8));
    if (code & (1 << corner) && !(code & bridges)) out |= 1 << corner;
  }
  return out;
}

function bits(code) {
  let count = 0;
  for (let rest = code; rest; rest &= rest - 1) count += 1;
  return count;
}
