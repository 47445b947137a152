/** The class list's rows: one is drawn with and spread out; arrow keys go from cell to cell. */

import { t } from "../i18n.js";
import { entryOf, plainName } from "../kinds.js";
import { shownColor } from "../render/colors.js";
import { icon, make } from "./dom.js";

const EYE = "M2.5 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12ZM12 9.200a2.800 2.800 0 1 1 0 5.600 2.800 2.800 0 0 1 0-5.600Z";
const EYE_OFF = "M4 4l16 16M9 6.100A9 9 0 0 1 12 5.500c6 0 9.500 6.500 9.500 6.500a17 17 0 0 1-3 3.600M6 7.800A17 17 0 0 0 2.500 12S6 18.500 12 18.500a9 9 0 0 0 4-.9M10 10.200a2.800 2.800 0 0 0 3.800 3.900";
const LOCK = "M6 11h12v9H6zM8.500 11V7.500a3.500 3.500 0 0 1 7 0V11";
const UNLOCKED = "M6 11h12v9H6zM8.500 11V7.500a3.500 3.500 0 0 1 6.700-1.400";
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

export class ClassList {
  /**
   * @param {HTMLElement} root
   * @param {object} classes {choose, state, lock, hide, solo, setOpacity, current, store}
   */
  constructor(root, classes) {
    this.root = root;
    this.classes = classes;
    this.rows = [];
    root.addEventListener("keydown", (event) => this.#key(event));
    root.addEventListener("focusin", ({ target }) => this.#focused(target));
    // As with all buttons: a click with the pointer leaves the keys with the canvas.
    root.addEventListener("click", ({ detail }) => detail > 0 && document.querySelector("#stage").focus({ preventScroll: true }));
  }

  /** Take up a frame's classes. @param {object} kind @param {import("../classlist.js").ClassRow[]} rows */
  show(kind, rows) {
    this.rows = rows.map((row) => this.#row(kind, row));
    this.root.replaceChildren(...this.rows.map(({ line }) => line));
    this.refresh();
  }

  /** Bring the rows in line with the settings. */
  refresh() {
    const { current, store } = this.classes;
    for (const row of this.rows) {
      const here = row.index === current;
      row.line.classList.toggle("current", here);
      press(row.pick, here);
      row.more.hidden = !here;
      this.#mark(row, this.classes.state(row.index));
      row.entry.textContent = entryName(row, store.settings.value);
      for (const swatch of row.swatches) press(swatch, Number(swatch.value) === store.settings.value);
    }
    this.#focused(this.root.querySelector(":focus") ?? this.rows.find(({ index }) => index === current)?.pick);
  }

  /** Show pixels a class. @param {(entries: object[]) => number} countOf @param {(pixels: number) => string} short */
  counts(countOf, short) {
    for (const { entries, count } of this.rows) {
      const pixels = countOf(entries);
      count.textContent = pixels ? short(pixels) : "";
      count.title = t("%(pixels)s pixels", { pixels: pixels.toLocaleString() });
    }
  }

  #row(kind, row) {
    const name = plainName(row.name);
    const count = make("span.class-count.mono");
    const pick = this.#pick(kind, row, name, count);
    const [eye, lock] = ["hide", "lock"].map((act) => this.#button("class-mark", () => this.classes[act](row.index)));
    const cells = [pick, eye, lock].map((part) => make("span", { role: "gridcell" }, part));
    const more = this.#more(kind, row);
    const line = make("div.class-line", { role: "rowgroup" }, make("div.class-row", { role: "row" }, ...cells), more.more);
    return { ...row, name, line, pick, count, eye, lock, ...more };
  }

  #pick(kind, { index, text, entries }, name, count) {
    const action = index < 10 ? `class.${index}` : "class.ignore";
    const parts = [make("kbd", { data: { key: action } }), stripes(kind, entries), make("span.class-name", { text: name })];
    return make("button.class-pick", { type: "button", title: text, data: { action } }, ...parts, count);
  }

  /** What is spread out below the class drawn with: its instances, its opacity, "alone". */
  #more(kind, { index, entries }) {
    const swatches = entries.length < 2 ? [] : entries.map((entry) => this.#swatch(kind, entry));
    const label = t("Opacity of the class");
    const opacity = make("input", { type: "range", min: 0, max: 100, title: label, "aria-label": label });
    opacity.addEventListener("input", () => this.classes.setOpacity(index, Number(opacity.value) / 100));
    const alone = { text: t("Alone"), title: t("Show this class alone") };
    const solo = this.#button("class-solo", () => this.classes.solo(index), alone);
    const entry = make("span.class-entry");
    const cell = make("div", { role: "gridcell" }, make("div.class-swatches", {}, ...swatches, entry));
    cell.append(make("div.class-shown", {}, opacity, solo));
    return { more: make("div.class-more", { role: "row" }, cell), swatches, entry, opacity, solo };
  }

  #button(style, click, given = {}) {
    return make(`button.${style}`, { type: "button", ...given, on: { click } });
  }

  #swatch(kind, { value, color, name }) {
    const label = plainName(name);
    const given = { type: "button", value, title: label, "aria-label": label, style: { "--swatch": css(kind, { value, color }) } };
    return make("button.class-swatch", { ...given, on: { click: () => this.classes.store.set({ value }) } });
  }

  #mark({ name, line, eye, lock, opacity, solo }, state) {
    line.classList.toggle("hidden-class", state.hidden);
    show(eye, state.hidden, state.hidden ? EYE_OFF : EYE, t("Hide %(name)s", { name }));
    show(lock, state.locked, state.locked ? LOCK : UNLOCKED, t("Lock %(name)s", { name }));
    press(solo, state.solo);
    opacity.value = Math.round(state.opacity * 100);
  }

  /** Only one cell is in the tab order. */
  #focused(target) {
    const cells = this.#cells().flat();
    if (!cells.includes(target)) return;
    for (const cell of cells) cell.tabIndex = cell === target ? 0 : -1;
  }

  #cells() {
    return this.rows.map(({ pick, eye, lock }) => [pick, eye, lock]);
  }

  #key(event) {
    const step = STEPS[event.key];
    const cells = this.#cells();
    const row = cells.findIndex((line) => line.includes(event.target));
    if (!step || row < 0) return;
    event.preventDefault();
    const to = cells[Math.min(cells.length - 1, Math.max(0, row + step[0]))];
    to[Math.min(2, Math.max(0, cells[row].indexOf(event.target) + step[1]))].focus();
  }
}

function press(button, pressed) {
  button.setAttribute("aria-pressed", String(pressed));
}

function show(button, pressed, path, label) {
  if (button.getAttribute("aria-pressed") === String(pressed)) return;
  press(button, pressed);
  button.setAttribute("aria-label", label);
  button.title = label;
  button.replaceChildren(icon(path));
}

/** What the instance drawn with is called, where that says more than the class does. */
function entryName({ name, entries }, value) {
  const entry = plainName(entries.find((one) => one.value === value)?.name ?? "");
  return entry === name ? "" : entry;
}

/** A swatch in all colours of a class. */
function stripes(kind, entries) {
  const colors = entries.map((entry) => css(kind, entry));
  const stops = colors.map((color, i) => `${color} ${(100 * i) / colors.length}% ${(100 * (i + 1)) / colors.length}%`);
  return make("span.swatch", { style: { background: `linear-gradient(90deg, ${stops.join(", ")})` } });
}

/** CSS colour in which a stored value is shown. */
export function swatchColor(kind, value) {
  return css(kind, entryOf(kind, value) ?? { value, color: "#808080" });
}

function css(kind, entry) {
  return `rgb(${shownColor(kind, entry).join(" ")})`;
}
