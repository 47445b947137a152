/** The regions of the open frame: worked out ahead in the worker, in this thread when somebody cannot wait. */

import { groupTable, LINE } from "../kinds.js";
import { docPixels } from "../pixels.js";
import { GAPS, imageRegions, labelRegions } from "./build.js";

/** Maps of the image kept at a time; another gap or tolerance is worked out when it is asked for. */
const KEPT = 2;

/** Ms without a change before a label map is looked at again: a stroke is many changes. */
const CALM = 120;

/** Larger frames are never worked on in this thread: px. */
const LARGE = 9_000_000;

/**
 * @typedef {object} Bounds
 * @property {"labels" | "lines" | "color"} by what bounds a region
 * @property {number} gap px, one of GAPS
 * @property {number} tolerance 1 to 255
 */

export class RegionWork {
  /**
   * @param {object} doc the open frame
   * @param {{call: (name: string, payload: object) => Promise<any>}} heavy
   * @param {() => void} ready called when a map has come
   */
  constructor(doc, heavy, ready) {
    Object.assign(this, { doc, heavy, ready });
    this.lineValues = groupTable(doc.kind).map((group) => Number(group === LINE));
    this.kept = new Map();
    /** Counts changes of the labels; their map holds for one count. */
    this.version = 0;
    this.wanted = null;
    this.running = false;
    this.closed = false;
  }

  /** The frame is left. */
  close() {
    this.closed = true;
    this.kept.clear();
    clearTimeout(this.timer);
  }

  /** The labels changed. */
  changed() {
    this.version++;
    clearTimeout(this.timer);
    if (this.wanted?.by === "labels") this.timer = setTimeout(() => this.#start(), CALM);
  }

  /** Have a map ready from now on; null: none. @param {Bounds | null} bounds */
  want(bounds) {
    this.wanted = bounds;
    if (bounds) this.#start();
  }

  /** The map, if it is there and holds. @param {Bounds} bounds @returns {import("./build.js").RegionMap | null} */
  peek(bounds) {
    const found = this.kept.get(keyOf(bounds));
    return found && found.version === this.#versionFor(bounds) ? found.map : null;
  }

  /**
   * The map as it is now, worked out on the spot if it is not there.
   * @param {Bounds} bounds
   * @returns {import("./build.js").RegionMap | null} null for frames too large for that
   */
  now(bounds) {
    const ready = this.peek(bounds);
    if (ready || this.doc.width * this.doc.height > LARGE) return ready;
    const { name, payload } = this.#job(bounds);
    const map = { labelRegions, imageRegions }[name](payload);
    this.#keep(bounds, map, this.#versionFor(bounds));
    return map;
  }

  #start() {
    const bounds = this.wanted;
    if (this.running || this.closed || !bounds || this.peek(bounds)) return;
    this.running = true;
    this.#run(bounds).then((came) => {
      this.running = false;
      // Something else may have been asked for, or the labels may have changed meanwhile.
      if (came) this.#start();
    });
  }

  /** @returns {Promise<boolean>} whether a map came that is still of use */
  async #run(bounds) {
    const version = this.#versionFor(bounds);
    const { name, payload } = this.#job(bounds);
    const map = await this.heavy.call(name, payload).catch(() => null);
    if (!map || this.closed) return false;
    this.#keep(bounds, map, version);
    this.ready();
    return true;
  }

  #job(bounds) {
    const { doc } = this;
    const size = { width: doc.width, height: doc.height };
    if (bounds.by === "labels") {
      return { name: "labelRegions", payload: { ...size, values: doc.sheet.values, groups: this.lineValues, gap: bounds.gap } };
    }
    const lineWidth = doc.profile.line_width.max * doc.height;
    return { name: "imageRegions", payload: { ...size, ...bounds, rgba: docPixels(doc), lineWidth } };
  }

  /** Image maps hold as long as the frame is open. */
  #versionFor({ by }) {
    return by === "labels" ? this.version : 0;
  }

  #keep(bounds, map, version) {
    const key = keyOf(bounds);
    this.kept.delete(key);
    this.kept.set(key, { map, version });
    const image = [...this.kept.keys()].filter((other) => !other.startsWith("labels"));
    const labels = [...this.kept.keys()].filter((other) => other.startsWith("labels"));
    for (const old of [...image.slice(0, -KEPT), ...labels.slice(0, -1)]) this.kept.delete(old);
  }
}

/** Only what matters for a kind of boundary tells its maps apart. */
function keyOf({ by, gap, tolerance }) {
  if (by === "labels") return `labels ${gap}`;
  return by === "lines" ? `lines ${gap} ${tolerance}` : `color ${tolerance}`;
}

/**
 * What the settings say of a tool's regions.
 * @param {object} settings
 * @param {{profile: {gap: number}}} doc
 * @returns {Bounds}
 */
export function boundsOf(settings, { profile }) {
  const gap = settings.fillGap === "profile" ? profile.gap : Number(settings.fillGap);
  const by = settings.tool === "region" ? "color" : settings.fillBy;
  // A production may have said a gap of its own.
  return { by, gap: GAPS.findLast((one) => one <= gap) ?? 0, tolerance: settings.tolerance };
}
