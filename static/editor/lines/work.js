/** The segment map of the open frame: made in the worker, anew after each change, never used when it is out of date. */

import { LINE, groupTable } from "../kinds.js";

/** A change within this time after another waits for it, in ms. */
const PAUSE_MS = 40;

export class LineWork {
  /**
   * @param {object} doc
   * @param {{call: Function}} heavy worker client
   * @param {() => void} onMap called when a new map is there
   * @param {(error: Error) => void} [onError] called when one that nobody waits for could not be made
   */
  constructor(doc, heavy, onMap, onError = () => {}) {
    Object.assign(this, { doc, heavy, onMap, onError });
    this.map = null;
    this.version = 0;
    this.mapped = -1;
    this.wanted = false;
    this.running = null;
  }

  /** Whether the map shows the lines as they are now. */
  get fresh() {
    return this.mapped === this.version;
  }

  /** The lines changed. */
  changed() {
    this.version += 1;
    if (this.wanted) this.#schedule();
  }

  /** Keep a map at hand, or stop doing so. @param {boolean} wanted */
  want(wanted) {
    this.wanted = wanted;
    if (wanted && !this.fresh) this.current().catch(this.onError);
  }

  /** The map of the lines as they are now. @returns {Promise<import("./segments.js").SegmentMap | null>} null once closed */
  async current() {
    clearTimeout(this.timer);
    while (!this.fresh && !this.closed) {
      this.running ??= this.#make().finally(() => (this.running = null));
      await this.running;
    }
    return this.closed ? null : this.map;
  }

  /** What a job needs to know of the lines. @param {object} [more] */
  payload(more = {}) {
    const { doc } = this;
    const values = doc.sheet.ink.values.slice();
    return { values, width: doc.width, height: doc.height, isLine: lineTable(doc.kind), ...more };
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }

  #schedule() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.current().catch(this.onError), PAUSE_MS);
  }

  async #make() {
    const { version } = this;
    const payload = this.payload();
    const map = await this.heavy.call("segments", payload, [payload.values.buffer]);
    if (this.closed || version !== this.version) return;
    this.map = map;
    this.mapped = version;
    this.onMap();
  }
}

/** (256,) 1 for stored values of lines. */
export function lineTable(kind) {
  return groupTable(kind).map((group) => Number(group === LINE));
}
