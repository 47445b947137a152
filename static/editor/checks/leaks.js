/**
 * Leaks: an opening at a line's end, no wider than the profile's gap, through which two areas hang together that the
 * line was drawn to part. Closing it must cut one fill in two; a line that ends in the open is no leak.
 */

import { strokeSpans } from "../raster/line.js";
import { findingOf } from "./places.js";

/**
 * @param {import("./scene.js").Scene} scene
 * @returns {import("./places.js").Finding[]} size: px of the smaller area that would be cut off
 */
export function leaks(scene) {
  const search = new Search(scene);
  return scene.lines.joins.filter(({ gap }) => gap <= scene.profile.gap).flatMap((join) => {
    const stroke = strokePixels(join, scene);
    const area = search.areaCutOff(join, stroke);
    return area > scene.profile.hole ? [{ ...findingOf("leaks", stroke, scene.width, area), gap: Math.ceil(join.gap) }] : [];
  });
}

function strokePixels({ from, to, size }, { width, height }) {
  const pixels = [];
  strokeSpans(from, to, size, (y, x0, x1) => {
    if (y < 0 || y >= height) return;
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) pixels.push(y * width + x);
  });
  return pixels;
}

/** Grows an area from either side of a stroke until one is used up or they meet. */
class Search {
  constructor({ values, width, height, isFill }) {
    Object.assign(this, { values, width, height, isFill });
    this.mark = new Int32Array(values.length);
    this.round = 0;
  }

  /** @returns {number} px of the smaller side; 0 when the stroke parts nothing */
  areaCutOff(join, stroke) {
    this.round += 3;
    const wall = this.round + 2;
    for (const at of stroke) this.mark[at] = wall;
    const [left, right] = [1, -1].map((side) => this.#beside(join, side));
    if (left < 0 || right < 0 || this.values[left] !== this.values[right]) return 0;
    return this.#grow([[left], [right]], this.values[left]);
  }

  /** First fill pixel off the stroke's middle, to one side; -1 if a line or the frame's edge is there. */
  #beside({ from, to, size }, side) {
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const [nx, ny] = [(-side * (to.y - from.y)) / length, (side * (to.x - from.x)) / length];
    for (let step = size / 2; step <= size / 2 + 3; step += 0.5) {
      const x = Math.floor((from.x + to.x) / 2 + nx * step);
      const y = Math.floor((from.y + to.y) / 2 + ny * step);
      if (x < 0 || y < 0 || x >= this.width || y >= this.height) return -1;
      const at = y * this.width + x;
      if (this.mark[at] !== this.round + 2 && this.isFill[this.values[at]]) return at;
    }
    return -1;
  }

  /** One pixel of each front in turn, so that the cost is that of the smaller side. */
  #grow(fronts, value) {
    const marks = [this.round, this.round + 1];
    fronts.forEach(([seed], side) => (this.mark[seed] = marks[side]));
    for (let i = 0; ; i++) {
      for (const side of [0, 1]) {
        if (i === fronts[side].length) return i;
        if (this.#step(fronts[side], i, value, marks[side], marks[1 - side])) return 0;
      }
    }
  }

  /** @returns {boolean} whether the other front was met */
  #step(front, i, value, own, other) {
    const at = front[i];
    const x = at % this.width;
    const beside = [at - this.width, at + this.width];
    if (x > 0) beside.push(at - 1);
    if (x < this.width - 1) beside.push(at + 1);
    for (const next of beside) {
      if (this.mark[next] === other) return true;
      if (this.values[next] !== value || this.mark[next] >= this.round) continue;
      this.mark[next] = own;
      front.push(next);
    }
    return false;
  }
}
