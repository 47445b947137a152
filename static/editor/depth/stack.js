/**
 * The layers of one frame while they are drawn: what the tools of the editor paint into is the region of the chosen
 * layer, and every change of layers or region is one step to undo.
 */

import { Edit } from "../history.js";
import { applied, depthInFront } from "./changes.js";
import { UNKNOWN, render } from "./render.js";
import { covers, maskOf, runsOf } from "./runs.js";

/** Steps kept; the oldest go first. */
const MOST_STEPS = 500;

export class LayerStack {
  /**
   * @param {object} options
   * @param {import("../sheet.js").Sheet} options.sheet the chosen layer's region: 1 inside
   * @param {import("./render.js").Layer[]} options.layers front to back
   * @param {Map<string, Uint16Array>} options.maps of the layers that show one
   * @param {() => string} [options.newName] name of a layer made by a stroke
   */
  constructor({ sheet, layers, maps, newName = () => "" }) {
    Object.assign(this, { sheet, layers, maps, newName });
    this.undoSteps = [];
    this.redoSteps = [];
    this.levels = new Uint16Array(sheet.width * sheet.height);
    /** The chosen region without the stroke under way. */
    this.settled = null;
    this.choose(layers.find((layer) => !layer.map)?.id ?? null);
    this.#render();
  }

  /** The layer drawn into; null: the next stroke makes one. */
  get chosen() {
    return this.layers[this.at] ?? null;
  }

  /** Place of the chosen layer in the list; -1 for none. */
  get at() {
    return this.layers.findIndex(({ id }) => id === this.id);
  }

  choose(id) {
    this.id = id;
    const { chosen } = this;
    this.sheet.load(chosen ? maskOf(chosen.runs, this.levels.length) : new Uint8Array(this.levels.length));
    this.settled = this.sheet.values.slice();
  }

  /**
   * Put a change on the record.
   * @param {import("./changes.js").Delta} delta
   * @param {{id?: string | null, joins?: string}} [how] id: chosen after it; joins: one step with changes before it that
   *   say the same, until `settle`
   */
  change(delta, { id = this.id, joins = "" } = {}) {
    const last = this.undoSteps.at(-1);
    const step = { ...this.#do(delta), id: this.id, joins };
    if (!joins || last?.joins !== joins || this.redoSteps.length) this.undoSteps.push(step);
    this.redoSteps = [];
    if (this.undoSteps.length > MOST_STEPS) this.undoSteps.shift();
    return this.#show(id);
  }

  /** A slider was let go: what comes next is a step of its own. */
  settle() {
    const last = this.undoSteps.at(-1);
    if (last) last.joins = "";
  }

  // --- as `History`, for strokes ---

  begin(guard) {
    return new Edit(this.sheet, guard);
  }

  /** A stroke changed the region: of the chosen layer, or of a new one in front. */
  commit(edit) {
    if (!edit.changedTiles().size) return null;
    const runs = runsOf(this.sheet.values);
    if (this.chosen) return this.change({ do: "set", at: this.at, with: { runs } });
    return this.add({ runs });
  }

  /** Put a layer in front of all others and choose it; one of the whole frame goes behind what is drawn. */
  add(layer) {
    const id = newId(this.layers);
    const made = { id, name: this.newName(), depth: depthInFront(this.layers, layer.runs === null), ...layer };
    return this.change({ do: "insert", at: this.#place(layer), layer: made }, { id });
  }

  /** Where a new layer goes: a map stays the lowest. */
  #place({ runs }) {
    return runs === null ? this.layers.filter((layer) => !layer.map).length : 0;
  }

  /** Take up another drawing; it can be undone. */
  replaceAll(layers) {
    return this.change({ do: "replace", with: layers }, { id: layers.find((layer) => !layer.map)?.id ?? null });
  }

  /** The foremost layer that shows at a pixel; null for none. */
  layerAt(index) {
    const shows = ({ runs, map }) => covers(runs, index) && (!map || this.maps.get(map)[index] !== UNKNOWN);
    return this.layers.find(shows) ?? null;
  }

  undo() {
    return this.#travel(this.undoSteps, this.redoSteps);
  }

  redo() {
    return this.#travel(this.redoSteps, this.undoSteps);
  }

  get canUndo() {
    return this.undoSteps.length > 0;
  }

  get canRedo() {
    return this.redoSteps.length > 0;
  }

  #travel(from, to) {
    const step = from.pop();
    if (!step) return null;
    const id = this.id;
    to.push({ ...this.#do(step.delta), id });
    return this.#show(step.id);
  }

  /** @returns {{delta: import("./changes.js").Delta}} what takes it back */
  #do(delta) {
    const { layers, inverse } = applied(this.layers, delta);
    this.layers = layers;
    return { delta: inverse };
  }

  #show(id) {
    this.choose(id);
    this.#render();
    return { tiles: [], rect: { x0: 0, y0: 0, x1: this.sheet.width, y1: this.sheet.height } };
  }

  #render() {
    render(this.layers, this.sheet, this.maps, this.levels);
  }
}

/** An id that no layer of the list has. */
export function newId(layers) {
  const used = new Set(layers.map(({ id }) => id));
  for (let number = 1; ; number++) if (!used.has(`l${number}`)) return `l${number}`;
}
