/**
 * Labels copied from another drawing of the cut. What did not change is filled in and locked, what moved follows it, and
 * the view opens on what is to be looked at. It is one step to undo; undoing it takes the locks away, too.
 */

import { cutOf } from "../film/cut.js";
import { t } from "../i18n.js";
import { Layer } from "../ui/layer.js";
import { hatch } from "../film/hatch.js";

const STORED = "sakkan.editor.frozen";
/** What moved is shown with so much around it. */
const SHARE = 0.6;
const CLOSEST = 4;

export const feature = {
  name: "carry",
  settings: { frozenShown: true },
  keys: {
    "carry.previous": "Shift+ArrowLeft",
    "carry.next": "Shift+ArrowRight",
    "carry.shown": "",
    "carry.unlock": "Shift+KeyU",
  },
  texts: {
    "The cut": {
      "carry.previous": "Copy labels from the drawing before, or from the same drawing elsewhere",
      "carry.next": "Copy labels from the next drawing, or from the same drawing elsewhere",
      "carry.shown": "Copy labels from the drawing that is looked at",
      "carry.unlock": "Unlock what was copied, or lock it again",
    },
  },
  actions(editor) {
    const carry = (editor.carry ??= new Carry(editor));
    return {
      "carry.previous": () => carry.from(-1),
      "carry.next": () => carry.from(1),
      "carry.shown": () => carry.fromShown(),
      "carry.unlock": () => carry.toggleLock(),
    };
  },
  mount: (editor) => editor.carry.mount(),
};

class Carry {
  constructor(editor) {
    this.editor = editor;
    /** What was copied last: its locked pixels, and the step that did it. */
    this.copied = null;
    this.running = false;
  }

  mount() {
    const { store, root } = this.editor;
    this.layer = new Layer(this.editor, "carry-locks", (context) => this.#paint(context), "grid");
    this.state = root.querySelector("#carry-state");
    this.lock = root.querySelector("[data-action='carry.unlock']");
    store.on("open", (doc) => this.#opened(doc));
    store.on("change", () => this.#changed());
    store.on("settings", (changed) => "frozenShown" in changed && this.#show());
  }

  /** Copy from the nearest labelled drawing in a direction; the same drawing elsewhere in the cut comes first. */
  async from(direction) {
    await this.#busy(async (doc) => {
      const cut = cutOf(doc, this.editor.api);
      await cut.open();
      const source = cut.twin() ?? (await cut.labelled(direction))?.drawing;
      if (source) await this.#copy(doc, source);
      else this.editor.dialogs.notice(this.#nothing(direction));
    });
  }

  /** Copy from the drawing that is looked at in the film strip. */
  async fromShown() {
    const { drawing } = this.editor.film?.shown ?? {};
    if (!drawing?.label_url) return;
    this.editor.act("film.back");
    await this.#busy((doc) => this.#copy(doc, drawing));
  }

  /** Locked pixels can be drawn on, or cannot again. */
  toggleLock() {
    const { doc } = this.editor.store;
    if (!doc || !this.copied) return;
    doc.frozen = doc.frozen ? null : this.copied.frozen;
    this.#keep(doc);
    this.#show();
  }

  async #busy(step) {
    const { doc } = this.editor.store;
    if (!doc || doc.readOnly || this.running || this.editor.strokes.busy) return;
    this.running = true;
    this.#tell(t("Copying…"));
    try {
      await step(doc);
    } catch (error) {
      if (!error.kind) throw error;
      this.editor.dialogs.notice(error.message);
    } finally {
      this.running = false;
      this.#show();
    }
  }

  async #copy(doc, source) {
    const { api, store, strokes } = this.editor;
    const found = await api.post(doc.assignment.urls.carry, { from: source.frame });
    const [values, frozen] = await Promise.all([api.label(found.label_url), api.label(found.frozen_url)]);
    if (doc !== store.doc || doc.readOnly) return;
    strokes.apply((edit) => edit.replaceAll(values));
    this.copied = { doc, step: doc.history.undoSteps.at(-1), frozen, url: found.frozen_url };
    doc.frozen = frozen;
    this.#keep(doc);
    this.#goTo(found.moved);
    this.editor.dialogs.notice(this.#done(found, source));
  }

  #done({ how, copied, guessed }, { key }) {
    if (how === "same") return t("This is the same drawing as %(key)s: its label is taken as it is.", { key });
    const share = `${Math.round((100 * copied) / (copied + guessed))} %`;
    return t("Copied from %(key)s: %(share)s did not change and is locked; look at the rest.", { key, share });
  }

  #nothing(direction) {
    if (direction < 0) return t("No drawing before this one has a label to copy.");
    return t("No drawing after this one has a label to copy.");
  }

  /** Open the view on what moved. */
  #goTo(moved) {
    if (!moved) return;
    const { viewport, renderer } = this.editor;
    const [x0, y0, x1, y1] = moved;
    const wanted = SHARE * Math.min(viewport.screenWidth / (x1 - x0), viewport.screenHeight / (y1 - y0));
    viewport.zoomTo(Math.max(viewport.fitScale, Math.min(CLOSEST, wanted)));
    const middle = viewport.toScreen((x0 + x1) / 2, (y0 + y1) / 2);
    viewport.panBy(viewport.screenWidth / 2 - middle.x, viewport.screenHeight / 2 - middle.y);
    renderer.invalidateAll();
  }

  async #opened(doc) {
    this.copied = null;
    this.#show();
    await this.#recall(doc);
    this.#offer(doc);
  }

  /** Locks outlive a reload of the page. */
  async #recall(doc) {
    const kept = readKept(doc.assignment.id);
    if (!kept || doc.readOnly) return;
    const frozen = await this.editor.api.label(kept.url).catch(() => null);
    if (doc !== this.editor.store.doc || frozen?.length !== doc.width * doc.height) return;
    this.copied = { doc, step: null, frozen, url: kept.url };
    doc.frozen = frozen;
    this.#show();
  }

  /** A drawing that returns has its label already: say so where nothing is drawn yet. */
  async #offer(doc) {
    if (doc.readOnly || doc.assignment.working_copy.version > 0) return;
    const cut = await cutOf(doc, this.editor.api).open().catch(() => null);
    const twin = cut?.twin();
    if (!twin || doc !== this.editor.store.doc) return;
    this.#tell(t("The same as %(key)s, which has a label to copy.", { key: twin.key }));
  }

  /** Undoing the copy takes its locks away. */
  #changed() {
    const { doc } = this.editor.store;
    const step = this.copied?.step;
    if (!step || doc.history.undoSteps.includes(step)) return;
    this.copied = null;
    doc.frozen = null;
    this.#keep(doc);
    this.#show();
  }

  #keep(doc) {
    writeKept(doc.assignment.id, doc.frozen ? { url: this.copied.url } : null);
  }

  #show() {
    const { doc, settings } = this.editor.store;
    const locked = Boolean(doc?.frozen);
    this.lock.disabled = !this.copied;
    this.lock.setAttribute("aria-pressed", String(locked));
    this.mask = locked ? hatch(doc.frozen, doc.width, doc.height) : null;
    this.layer.show(locked && settings.frozenShown);
    if (!this.running) this.#tell(locked ? t("What did not change is locked.") : "");
  }

  #tell(text) {
    this.state.textContent = text;
    this.state.hidden = !text;
  }

  #paint(context) {
    context.drawImage(this.mask, 0, 0);
  }
}

function readKept(assignment) {
  try {
    return JSON.parse(localStorage.getItem(STORED) ?? "{}")[assignment] ?? null;
  } catch {
    return null;
  }
}

/** The last few frames are enough: what was locked elsewhere is handed in by then. */
function writeKept(assignment, kept) {
  try {
    const all = Object.entries(JSON.parse(localStorage.getItem(STORED) ?? "{}")).filter(([id]) => id !== String(assignment));
    if (kept) all.push([assignment, kept]);
    localStorage.setItem(STORED, JSON.stringify(Object.fromEntries(all.slice(-20))));
  } catch {
    // Without storage the locks last as long as the page.
  }
}
