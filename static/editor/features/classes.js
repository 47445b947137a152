/** The class list: what is drawn with, what it covers, what is locked, hidden, shown alone or fainter. */

import { classCount, classRows, lockedValues, nextInstance, shortCount, toggled } from "../classlist.js";
import { classOf } from "../kinds.js";
import { IGNORE } from "../plane.js";
import { Tally } from "../tally.js";
import { ClassList, swatchColor } from "../ui/classlist.js";

const DIGITS = Array.from({ length: 10 }, (_, index) => index);

export const feature = {
  name: "classes",
  /** Locks and opacities by kind: class 1 is the cel of one and the visible line of the other. */
  settings: { lockedClasses: {}, classOpacity: {}, hiddenClasses: [], soloClass: null },
  perFrame: ["hiddenClasses", "soloClass"],
  keys: {
    ...Object.fromEntries(DIGITS.map((index) => [`class.${index}`, `Digit${index}`])),
    "class.ignore": "KeyI",
    "class.swap": "KeyX",
    "class.lock": "Shift+KeyC",
    "class.solo": "Shift+KeyS",
    "class.hide": "Shift+KeyH",
  },
  texts: {
    Classes: {
      "class.1": "Draw class 1; pressed again, its next colour",
      "class.2": "Draw class 2",
      "class.3": "Draw class 3",
      "class.4": "Draw class 4",
      "class.5": "Draw class 5",
      "class.6": "Draw class 6",
      "class.7": "Draw class 7",
      "class.8": "Draw class 8",
      "class.9": "Draw class 9",
      "class.0": "Draw class 0",
      "class.ignore": "Draw ignore, for what cannot be decided",
      "class.swap": "Swap with the class drawn before",
      "class.lock": "Lock or unlock the class",
      "class.solo": "Show this class alone",
      "class.hide": "Hide or show the class",
    },
  },
  actions: (editor) => classesOf(editor).actions(),
  mount: (editor) => classesOf(editor).mount(),
};

function classesOf(editor) {
  editor.classes ??= new Classes(editor);
  return editor.classes;
}

class Classes {
  constructor(editor) {
    const { root, store, renderer } = editor;
    Object.assign(this, { editor, root, store, renderer });
    this.rows = [];
    /** Class index -> stored value of it that was drawn with last. */
    this.last = new Map();
    this.drawn = 0;
    this.previous = 0;
  }

  actions() {
    const current = (change) => () => this.store.doc && change(this.current);
    return {
      ...Object.fromEntries(DIGITS.map((index) => [`class.${index}`, () => this.choose(index)])),
      "class.ignore": () => this.choose(IGNORE),
      "class.swap": () => this.store.set({ value: this.previous }),
      "class.lock": current((index) => this.lock(index)),
      "class.solo": current((index) => this.solo(index)),
      "class.hide": current((index) => this.hide(index)),
    };
  }

  mount() {
    const { store } = this;
    this.list = new ClassList(this.root.querySelector("#class-list"), this);
    this.swap = this.root.querySelector("#class-swap");
    store.on("open", (doc) => this.#open(doc));
    store.on("settings", () => this.#settings());
    for (const topic of ["change", "redraw"]) store.on(topic, ({ tiles }) => this.#changed(tiles));
  }

  /** Index of the class drawn with; `IGNORE` for "ignore". */
  get current() {
    return classOf(this.store.doc.kind, this.store.settings.value);
  }

  /** Draw a class, or the next instance of it. */
  choose(index) {
    const row = this.rows.find((one) => one.index === index);
    const value = row && nextInstance(row.entries, this.store.settings.value, this.last.get(index));
    if (value !== undefined) this.store.set({ value });
  }

  /** What a class is like now: {locked, hidden, solo, opacity}. */
  state(index) {
    const { hiddenClasses, soloClass } = this.store.settings;
    const hidden = soloClass === null ? hiddenClasses.includes(index) : soloClass !== index;
    return { locked: this.locked.includes(index), hidden, solo: soloClass === index, opacity: this.opacities[index] ?? 1 };
  }

  lock(index) {
    this.#setOfKind("lockedClasses", toggled(this.locked, index));
  }

  hide(index) {
    this.store.set({ hiddenClasses: toggled(this.store.settings.hiddenClasses, index), soloClass: null, visible: true });
  }

  solo(index) {
    this.store.set({ soloClass: this.store.settings.soloClass === index ? null : index, visible: true });
  }

  /** @param {number} opacity 0 to 1, of the labels' opacity */
  setOpacity(index, opacity) {
    this.#setOfKind("classOpacity", { ...this.opacities, [index]: opacity });
  }

  get locked() {
    return this.store.settings.lockedClasses[this.store.doc.kind.name] ?? [];
  }

  get opacities() {
    return this.store.settings.classOpacity[this.store.doc.kind.name] ?? {};
  }

  #setOfKind(setting, value) {
    this.store.set({ [setting]: { ...this.store.settings[setting], [this.store.doc.kind.name]: value } });
  }

  #open(doc) {
    this.rows = classRows(doc.kind, doc.profile);
    this.last.clear();
    this.drawn = this.store.settings.value;
    this.previous = 0;
    this.#take(doc);
    this.list.show(doc.kind, this.rows);
    this.editor.controls.label(this.list.root);
    this.tally = new Tally(doc.sheet);
    this.#count();
    if (!this.rows.some(({ index }) => index === this.current)) this.choose(this.rows[0].index);
  }

  #settings() {
    const { doc, settings } = this.store;
    if (!doc) return;
    if (this.drawn !== settings.value) this.previous = this.drawn;
    this.drawn = settings.value;
    this.last.set(this.current, settings.value);
    this.#take(doc);
    this.list.refresh();
    paintSwap(this.swap, doc.kind, settings.value, this.previous);
  }

  /** Hand on what is locked and what is shown. */
  #take({ kind }) {
    const { hiddenClasses: hidden, soloClass: solo } = this.store.settings;
    this.store.locked.set(lockedValues(kind, this.locked));
    this.renderer.classes = { hidden, solo, alpha: this.opacities };
    this.renderer.invalidateAll();
  }

  /** Ink tiles are numbered after those of the paint, and lie over the same pixels. */
  #changed(tiles) {
    if (!tiles) return;
    this.tally.changed(tiles.map((tile) => tile % this.tally.tileCount));
    this.#count();
  }

  /** Count when the page has nothing better to do. */
  #count() {
    if (this.counting) return;
    this.counting = true;
    const later = globalThis.requestIdleCallback ?? ((run) => setTimeout(run, 0));
    later(() => {
      this.counting = false;
      if (!this.tally.work()) this.#count();
      else this.list.counts((entries) => classCount(entries, this.tally.counts), shortCount);
    });
  }
}

/** The tool column's button shows what is drawn with over what was drawn with before. */
function paintSwap(button, kind, value, previous) {
  button.style.setProperty("--now", swatchColor(kind, value));
  button.style.setProperty("--before", swatchColor(kind, previous));
}
