/** One frame's depth from opening to handing in: what is kept is the document of its layers, the server renders the map. */

import { Backup } from "../backup.js";
import { gunzip, gzip } from "../codec/gzip.js";
import { t } from "../i18n.js";
import { profileOf } from "../profile.js";
import { Session } from "../session.js";
import { Sheet } from "../sheet.js";
import { decoded, encoded } from "./document.js";
import { depthColor, makeLook } from "./look.js";
import { FULL, UNKNOWN, render } from "./render.js";
import { LayerStack } from "./stack.js";

/** A region as the tools draw it: inside or outside. */
export const REGION = {
  name: "depth",
  classes: [{ index: 0, name: "outside", group: "fill" }, { index: 1, name: "region", group: "fill" }],
  entries: [
    { value: 0, class_index: 0, name: "outside", color: "#000000" },
    { value: 1, class_index: 1, name: "region", color: "#ffd866" },
  ],
};

/** Depth in so many steps. */
const STEPS = 253;

/** Depth as if its steps were classes, 1 the farthest and 0 unknown: where two versions are shown. */
const SHADES = {
  name: "depth",
  classes: [{ index: 0, name: "depth", group: "fill" }],
  entries: Array.from({ length: STEPS + 1 }, (_, at) => ({ value: at + 1, class_index: 0, name: "", color: hex(depthColor(at / STEPS)) })),
};

export class DepthSession extends Session {
  async load(loading) {
    const { assignment } = this;
    const { width, height } = assignment.frame;
    const [image, document] = await Promise.all([loading, this.api.get(assignment.urls.layers)]);
    this.maps = await this.#mapsOf(document.layers);
    const sheet = new Sheet(REGION, width, height);
    const newName = () => t("Region %(number)s", { number: this.doc.history.layers.length + 1 });
    const history = new LayerStack({ sheet, layers: document.layers, maps: this.maps, newName });
    const profile = profileOf(assignment.profile, REGION);
    const doc = { assignment, kind: REGION, profile, width, height, sheet, history, image, draft: null, entropy: null, frozen: null };
    const says = (x, y) => depthText(history.levels[y * width + x]);
    const pick = (x, y) => sheet.contains(x, y) && this.store.emit("layers.pick", history.layerAt(y * width + x));
    return { ...doc, look: makeLook(history), says, pick };
  }

  changed() {
    this.activity.sign();
    this.backup.record(this.saver.changed());
  }

  /** @returns {Promise<{next: object | null} | null>} null when there is nothing to hand in */
  submit() {
    if (this.doc.history.levels.some((level) => level !== UNKNOWN)) return super.submit();
    this.dialogs.notice(t("No depth is drawn yet: pick a region first."));
    return null;
  }

  replace(content, topic = "change") {
    this.store.emit(topic, this.doc.history.replaceAll(decoded(content)));
  }

  content() {
    return encoded(this.doc.history.layers, this.doc);
  }

  flat(content) {
    return Uint8Array.from(this.#levels(content), (level) => (level === UNKNOWN ? 0 : 1 + Math.round((STEPS * level) / FULL)));
  }

  /** 1 where it is the nearer of the two. */
  compared(one, other) {
    const [a, b] = [this.#levels(one), this.#levels(other)];
    return [Uint8Array.from(a, (level, at) => level > b[at]), Uint8Array.from(b, (level, at) => level > a[at])];
  }

  /** A name or an order that shows nowhere was worked on, too. */
  same(one, other) {
    const text = (content) => JSON.stringify(decoded(content));
    return text(one) === text(other);
  }

  restore(content, strokes) {
    strokes.settle();
    this.replace(content);
    this.store.emit("applied");
  }

  get shown() {
    return { ...this.doc, kind: SHADES };
  }

  urlOf(copy) {
    const { layers } = this.assignment.urls;
    if (copy.layers_url) return copy.layers_url;
    return copy.id === undefined ? layers : `${layers}?kept=${copy.id}`;
  }

  async fetch(url) {
    const { layers } = await this.api.get(url);
    for (const [sha256, map] of await this.#mapsOf(layers)) this.maps.set(sha256, map);
    return encoded(layers, this.doc);
  }

  makeBackup(options) {
    return new LayerBackup({ ...options, sheet: { planesCopy: () => this.content(), ink: null } });
  }

  pack() {
    return gzip(this.content());
  }

  send(version, body) {
    return this.api.saveAt(this.assignment.urls.layers, version, body, this.activity.seconds);
  }

  #levels(content) {
    return render(decoded(content), this.doc, this.maps);
  }

  async #mapsOf(layers) {
    const wanted = [...new Set(layers.map(({ map }) => map).filter(Boolean))];
    return new Map(await Promise.all(wanted.map(async (sha256) => [sha256, await this.#map(sha256)])));
  }

  async #map(sha256) {
    const known = this.maps?.get(sha256);
    if (known) return known;
    const bytes = await this.api.label(`/media/layers/${this.assignment.id}/${sha256}.png`);
    return new Uint16Array(bytes.buffer);
  }
}

/** A document is small: the local backup keeps it whole at every change. */
class LayerBackup extends Backup {
  async record(seq) {
    const { journal, work } = this;
    if (!journal) return;
    const base = await gzip(this.sheet.planesCopy());
    if (work !== this.work || seq < work.seq) return;
    Object.assign(work, { seq, base, updatedAt: Date.now() });
    await this.guard(journal.record(work, []));
  }

  valuesOf(work) {
    return work.base ? gunzip(work.base) : null;
  }
}

/** "62.5 %", or that nothing is known. */
export function depthText(level) {
  return level === UNKNOWN ? t("unknown") : `${((100 * level) / FULL).toFixed(1)} %`;
}

function hex(color) {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
