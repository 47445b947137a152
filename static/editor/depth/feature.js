/** Depth by layers: making, choosing, ordering and deepening layers, by keys, pen and panel. */

import { othersOf } from "../beside.js";
import { mark, t } from "../i18n.js";
import { nearestOf, shifted, spacedEvenly } from "./changes.js";
import { DepthPanel } from "./panel.js";
import { KNOWN, regionOf } from "./region.js";
import { runsOf } from "./runs.js";

/** Of the shortcut sheet. */
const GROUP = mark("Layers");

/** A step of the depth keys. */
const STEP = 0.01;

/** Where the far end of a new gradient lies, as a share of its near end. */
const FAR = 0.5;

/** What layers are taken from, and what is said of it. */
const SOURCES = {
  cel: { ...KNOWN.cel, name: mark("Cel"), none: mark("There is no cel mask of this frame yet.") },
  book: { ...KNOWN.book, name: mark("Book"), none: mark("No book is drawn in this frame's douga.") },
};

const TOOL_KEYS = { "tool.polygon": "Shift+KeyP", "tool.rectangle": "KeyR", "tool.gradient": "KeyT" };

export const feature = {
  name: "layers",
  settings: { tool: "region", fillBy: "color", alone: false },
  perFrame: ["alone"],
  keys: {
    ...TOOL_KEYS,
    "stroke.finish": "Enter",
    "stroke.back": "Backspace",
    "layer.new": "KeyN",
    "layer.cel": "KeyC",
    "layer.book": "Shift+KeyC",
    "layer.whole": "KeyA",
    "layer.remove": "Delete",
    "layer.front": "PageUp",
    "layer.behind": "PageDown",
    "layer.forward": "Alt+ArrowUp",
    "layer.backward": "Alt+ArrowDown",
    "layer.spread": "Shift+KeyS",
    "depth.nearer": "KeyX",
    "depth.farther": "KeyZ",
    "depth.flat": "Shift+KeyT",
    "view.alone": "KeyO",
  },
  repeating: ["stroke.back", "depth.nearer", "depth.farther", "layer.front", "layer.behind"],
  texts: {
    [GROUP]: {
      "layer.new": mark("New layer: the next region begins one"),
      "layer.cel": mark("Layer of the frame's cel mask"),
      "layer.book": mark("Layer of the books in the frame's douga"),
      "layer.whole": mark("Layer of the whole frame, behind all"),
      "layer.remove": mark("Remove the layer"),
      "layer.front": mark("Choose the layer in front"),
      "layer.behind": mark("Choose the layer behind"),
      "layer.forward": mark("Move the layer to the front by one"),
      "layer.backward": mark("Move the layer back by one"),
      "layer.spread": mark("Space depths evenly by order"),
      "depth.nearer": mark("Nearer by one percent"),
      "depth.farther": mark("Farther by one percent"),
      "depth.flat": mark("One depth instead of a gradient"),
      "view.alone": mark("Only the chosen region"),
    },
    Tools: {
      "tool.polygon": mark("Polygon, filled"),
      "tool.rectangle": mark("Rectangle, filled; with Shift a square"),
      "tool.gradient": mark("Gradient: two points with a depth each"),
    },
    Changes: { "stroke.finish": mark("Finish what was clicked together"), "stroke.back": mark("Take the last click back") },
  },

  actions(editor) {
    const { store, strokes } = editor;
    const work = (editor.layers ??= new LayerWork(editor));
    const choose = (action) => [action, () => store.set({ tool: action.slice("tool.".length) })];
    return {
      ...Object.fromEntries(Object.keys(TOOL_KEYS).map(choose)),
      "stroke.finish": () => strokes.clicking && strokes.complete(),
      "stroke.back": () => strokes.back(),
      "layer.new": () => work.choose(null),
      "layer.cel": () => work.take(SOURCES.cel),
      "layer.book": () => work.take(SOURCES.book),
      "layer.whole": () => work.add({ runs: null, name: t("Whole frame") }),
      "layer.remove": () => work.remove(),
      "layer.front": () => work.step(-1),
      "layer.behind": () => work.step(1),
      "layer.forward": () => work.moveBy(-1),
      "layer.backward": () => work.moveBy(1),
      "layer.spread": () => work.spread(),
      "depth.nearer": () => work.deepen(STEP),
      "depth.farther": () => work.deepen(-STEP),
      "depth.flat": () => work.flatten(),
      "view.alone": () => store.set({ alone: !store.settings.alone }),
    };
  },

  mount(editor) {
    const { store, strokes, layers: work } = editor;
    const panel = new DepthPanel(editor.root, work);
    for (const topic of ["open", "change", "redraw"]) store.on(topic, () => panel.show(store.doc));
    store.on("layers.gradient", (points) => work.slope(points));
    store.on("layers.pick", (layer) => work.choose(layer?.id ?? null));
    // A tool that is left finishes what was clicked together with it.
    store.on("settings", (changed) => "tool" in changed && strokes.clicking && strokes.complete());
  },
};

/** What keys, panel and tools do to the layers of the open frame. */
export class LayerWork {
  constructor(editor) {
    this.editor = editor;
  }

  get stack() {
    return this.editor.store.doc?.history;
  }

  /** Choose a layer, or none: the next region begins a new one. */
  choose(id) {
    const { store, strokes } = this.editor;
    if (!this.stack || strokes.busy) return;
    strokes.settle();
    this.stack.choose(id);
    const { width, height } = store.doc;
    store.emit("redraw", { tiles: [], rect: { x0: 0, y0: 0, x1: width, y1: height } });
  }

  /** Choose the layer so many places further back. */
  step(by) {
    const { layers, at } = this.stack ?? { layers: [] };
    const to = at < 0 ? 0 : Math.min(layers.length - 1, Math.max(0, at + by));
    if (layers[to]) this.choose(layers[to].id);
  }

  add(layer) {
    this.#do((stack) => stack.add(layer));
  }

  remove() {
    this.#withChosen(({ at }) => ({ do: "remove", at }), ({ layers, at }) => (layers[at + 1] ?? layers[at - 1])?.id ?? null);
  }

  /** Move the chosen layer so many places back. */
  moveBy(by) {
    if (this.stack?.chosen) this.moveTo(this.stack.at, this.stack.at + by);
  }

  /** Move a layer to another place of the list; which covers which changes with it. */
  moveTo(at, to) {
    const { layers } = this.stack;
    if (to < 0 || to >= layers.length || to === at) return;
    this.#do((stack) => stack.change({ do: "move", at, to }, { id: layers[at].id }));
  }

  spread() {
    if (this.stack?.layers.some((layer) => !layer.map)) this.#do((stack) => stack.change(spacedEvenly(stack.layers)));
  }

  rename(name) {
    this.#withChosen(({ at }) => ({ do: "set", at, with: { name } }));
  }

  /** Give the chosen layer's one depth, or an end of its gradient, another value. @param {"depth" | "from" | "to"} part */
  set(part, value) {
    this.#withDepth((depth) => (part === "depth" ? value : { ...depth, [part]: depth[part].with(2, value) }), `slider ${part}`);
  }

  /** Nearer by so much; a gradient moves as a whole. */
  deepen(by) {
    this.#withDepth((depth) => shifted(depth, Math.min(1, Math.max(0, Math.round(100 * (nearestOf(depth) + by)) / 100))), "key");
  }

  flatten() {
    this.#withDepth((depth) => nearestOf(depth));
  }

  /** Points of a gradient were set on the frame; those that are not named stay. @param {{from?: object, to?: object}} points */
  slope(points) {
    const { chosen } = this.stack;
    if (!chosen || chosen.map) {
      this.editor.dialogs.notice(t("Choose a layer that is drawn: a gradient is one layer's depth."));
      return;
    }
    this.#withDepth((depth) => sloped(depth, points));
  }

  /** A slider was let go. */
  settle() {
    this.stack?.settle();
  }

  /** A layer of a region that another label of the frame knows. */
  async take({ kind, classes, name, none }) {
    const { data, api, store, dialogs } = this.editor;
    const { doc } = store;
    const label = doc && othersOf(doc.assignment, data.kinds).find((other) => other.kind.name === kind);
    const values = label ? await api.label(label.url) : new Uint8Array(0);
    if (!doc || doc !== store.doc) return;
    const runs = label ? runsOf(regionOf(values, label.kind, classes)) : [];
    if (runs.length) this.add({ runs, name: t(name) });
    else dialogs.notice(t(none));
  }

  #withChosen(delta, next = ({ id }) => id) {
    if (this.stack?.chosen) this.#do((stack) => stack.change(delta(stack), { id: next(stack) }));
  }

  #withDepth(changed, joins = "") {
    const { chosen, at } = this.stack ?? {};
    if (!chosen || chosen.map) return;
    this.#do((stack) => stack.change({ do: "set", at, with: { depth: changed(chosen.depth) } }, { joins: joins && `${joins} ${chosen.id}` }));
  }

  #do(change) {
    const { store, strokes } = this.editor;
    // A gradient's drag ends in here; it has set no pixels.
    const painting = Boolean(strokes.current?.edit.before.size);
    if (!store.doc || store.doc.readOnly || painting) return;
    if (strokes.clicking) strokes.complete();
    store.emit("change", change(this.stack));
    store.emit("applied");
  }
}

/** A depth with points of a gradient: what had one depth has it at the first point, and less at the second. */
export function sloped(depth, { from, to }) {
  const flat = typeof depth === "number";
  const near = flat ? depth : depth.from[2];
  const far = flat ? Math.round(100 * FAR * depth) / 100 : depth.to[2];
  const at = (point, end, value) => (point ? [rounded(point.x), rounded(point.y), value] : depth[end]);
  return { from: at(from, "from", near), to: at(to, "to", far) };
}

/** Tenths of a pixel are as fine as a hand is. */
function rounded(value) {
  return Math.round(10 * value) / 10;
}
