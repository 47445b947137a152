/** The checks of the open frame's depth. */

import { othersOf } from "../beside.js";
import { ChecksWork } from "../checks/work.js";
import { checking } from "../features/checks.js";
import { KNOWN, regionOf } from "./region.js";

export class DepthChecks extends ChecksWork {
  job = "depthChecks";

  async payload(doc) {
    const regions = await this.#regionsOf(doc);
    const { width, height, history } = doc;
    const { layers, maps, levels } = history;
    return { layers, maps, levels, width, height, ...regions, dismissed: this.dismissals.list };
  }

  /** Choosing a layer changes nothing: a list of layers is never changed in place. */
  changed() {
    const { layers } = this.editor.store.doc.history;
    if (layers === this.seen) return;
    this.seen = layers;
    super.changed();
  }

  /** What is listed of a layer is about that layer: it is chosen. */
  arrived({ layer }) {
    if (layer) this.editor.layers.choose(layer);
  }

  /** Loaded once a frame. */
  async #regionsOf(doc) {
    if (this.regions?.doc !== doc) this.regions = { doc, known: await this.#load(doc) };
    return this.regions.known;
  }

  async #load({ assignment }) {
    const { api, data } = this.editor;
    const others = othersOf(assignment, data.kinds);
    const load = async ([name, { kind, classes }]) => {
      const other = others.find(({ kind: known }) => known.name === kind);
      return [name, other ? regionOf(await api.label(other.url), other.kind, classes) : null];
    };
    return Object.fromEntries(await Promise.all(Object.entries(KNOWN).map(load)));
  }
}

export const feature = checking(DepthChecks);
