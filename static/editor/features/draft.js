/** The model's draft: looking at it, taking it over in whole or in part, going from one uncertain place to the next. */

import { differingRegion, takeClass, takeSpans, takeWhere } from "../draftwork.js";
import { t } from "../i18n.js";
import { classOf } from "../kinds.js";
import { ring, showPlace } from "../ui/place.js";

export const feature = {
  name: "draft",
  keys: {
    "draft.region": "KeyA",
    "draft.class": "Shift+KeyA",
    "draft.all": "Alt+Shift+KeyA",
    "tool.take": "Shift+KeyT",
    "draft.next": "KeyQ",
    "draft.previous": "Shift+KeyQ",
  },
  repeating: ["draft.next", "draft.previous"],
  texts: {
    Draft: {
      "draft.next": "Next uncertain place",
      "draft.previous": "Uncertain place before",
      "draft.region": "Take the region under the pointer from the draft",
      "tool.take": "Tool that takes regions from the draft",
      "draft.class": "Take all of this class from the draft",
      "draft.all": "Take the whole draft",
    },
  },
  actions(editor) {
    const draft = (editor.draft ??= new DraftWork(editor));
    return {
      "draft.region": () => draft.takeRegion(),
      "draft.class": () => draft.takeClass(),
      "draft.all": () => draft.takeAll(),
      "tool.take": () => editor.store.doc?.draft && editor.store.set({ tool: "take" }),
      "draft.next": () => draft.go(1),
      "draft.previous": () => draft.go(-1),
    };
  },
  mount: (editor) => editor.draft.mount(),
};

class DraftWork {
  constructor(editor) {
    this.editor = editor;
    this.hover = null;
    this.#forget();
  }

  mount() {
    const { store, renderer, root } = this.editor;
    this.progress = root.querySelector("#uncertain-progress");
    store.on("open", (doc) => this.#opened(doc));
    store.on("hover", (point) => (this.hover = point));
    store.on("settings", () => (root.body.dataset.entropy = String(store.settings.entropy)));
    store.on("view", () => this.#hatchAnew());
    renderer.overlays.push((context, viewport) => this.#paint(context, viewport));
  }

  takeAll() {
    this.#take((edit, doc) => takeWhere(edit, doc, () => true));
  }

  takeClass() {
    const { doc, settings } = this.editor.store;
    if (!doc) return;
    this.#take((edit) => takeClass(edit, doc, classOf(doc.kind, settings.value)));
  }

  takeRegion() {
    const { sheet, draft } = this.editor.store.doc ?? {};
    if (!draft || !this.hover) return;
    const seed = { x: Math.floor(this.hover.x), y: Math.floor(this.hover.y) };
    if (!sheet.contains(seed.x, seed.y)) return;
    this.#take((edit, doc) => takeSpans(edit, doc, differingRegion(sheet.values, draft, sheet, seed)));
  }

  /** Show the next uncertain place (direction 1) or the one before (-1); after the last comes the first. */
  async go(direction) {
    const places = await this.#places();
    if (!places) return;
    if (!places.length) {
      this.editor.dialogs.notice(t("The model was sure everywhere."));
      return;
    }
    const start = direction > 0 ? -1 : 0;
    this.at = ((this.at ?? start) + direction + places.length) % places.length;
    this.seen.add(this.at);
    this.#show(places[this.at]);
  }

  #take(change) {
    const { store, strokes, dialogs } = this.editor;
    if (!store.doc?.draft || store.doc.readOnly) return;
    if (!strokes.apply((edit) => change(edit, store.doc))) dialogs.notice(t("Nothing here differs from the draft, or it is locked."));
  }

  /** Found once a frame, in the worker; null while there is nothing to find. */
  async #places() {
    const { doc } = this.editor.store;
    if (!doc?.assignment.draft?.entropy_url) return null;
    this.finding ??= this.#find(doc);
    const places = await this.finding;
    return doc === this.editor.store.doc ? places : null;
  }

  async #find(doc) {
    await this.editor.session.loadEntropy();
    const { entropy, width, height } = doc;
    this.found = await this.editor.heavy.call("uncertainPlaces", { entropy, width, height });
    return this.found;
  }

  #opened({ draft }) {
    this.#forget();
    this.#tell();
    const { store } = this.editor;
    if (!draft && store.settings.tool === "take") store.set({ tool: "brush" });
  }

  /** Hatching has the same width on the screen at any zoom. */
  #hatchAnew() {
    const { viewport, renderer, store } = this.editor;
    if (store.settings.view !== "difference" || this.hatchedAt === viewport.scale) return;
    this.hatchedAt = viewport.scale;
    renderer.invalidateAll();
  }

  #forget() {
    this.finding = null;
    this.found = null;
    this.at = null;
    this.seen = new Set();
  }

  #show(place) {
    showPlace(this.editor, place, place);
    this.#tell();
  }

  #tell() {
    const [number, total, seen] = [this.at + 1, this.found?.length, this.seen.size];
    this.progress.textContent = this.at === null ? "" : t("%(number)s of %(total)s, %(seen)s seen", { number, total, seen });
  }

  /** A frame round the place one is at; the others while the heat map is shown, dotted once they were seen. */
  #paint(context, { scale }) {
    const { settings } = this.editor.store;
    const unit = devicePixelRatio / scale;
    (this.found ?? []).forEach((place, index) => {
      if (index !== this.at && !settings.entropy) return;
      context.setLineDash(this.seen.has(index) && index !== this.at ? [2 * unit, 4 * unit] : []);
      ring(context, place, unit, index === this.at);
    });
    context.setLineDash([]);
  }
}
