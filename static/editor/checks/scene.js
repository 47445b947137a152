/** What the checks look at: a label map with what its kind and its production say of it. */

import { traceLines } from "../lines/segments.js";
import { smallAreas } from "./areas.js";

const FINEST = 3;

export class Scene {
  /**
   * @param {object} given plain data, as it is sent to the worker
   * @param {Uint8Array} given.values height * width stored values
   * @param {number} given.width
   * @param {number} given.height
   * @param {Uint8Array} given.isLine 256 flags: stored values of lines
   * @param {Uint8Array} given.isFill 256 flags: stored values of fills
   * @param {object} given.profile line_width, gap, solid_black, speck, hole, checks
   * @param {{cel: Uint8Array, douga: Uint8Array, isLine: Uint8Array, isBook: Uint8Array} | null} [given.pair] both kinds
   *   of the same frame, one of them `values`; flags by stored value of the douga: lines, and lines and fills of books
   */
  constructor(given) {
    Object.assign(this, given);
    this.areas = new Map();
  }

  /** Lines, traced when first asked for. @returns {import("../lines/segments.js").Lines} */
  get lines() {
    this.traced ??= traceLines(this.values, this.width, this.height, this.isLine);
    return this.traced;
  }

  /** Areas of fewer than so many px. */
  small(below) {
    if (!this.areas.has(below)) this.areas.set(below, smallAreas(this, below));
    return this.areas.get(below);
  }

  /** Narrowest and widest line the production draws, in px of this frame. On small frames no pen is finer than 3 px. */
  get lineWidths() {
    const { min, max } = this.profile.line_width;
    return { min: min * this.height, max: Math.max(FINEST, max * this.height) };
  }
}
