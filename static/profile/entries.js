/** Rows of added palette entries. Those that are stored can be retired; a new one can be taken away again. */

import { t } from "../editor/i18n.js";
import { plainName } from "../editor/kinds.js";
import { colorField } from "./colorfield.js";
import { freeColor, freeValue } from "./settings.js";

export class EntryRows {
  /**
   * @param {{list: HTMLElement, template: HTMLTemplateElement, add: HTMLButtonElement, kind: object,
   *   changed: () => void}} given
   */
  constructor(given) {
    Object.assign(this, given);
    this.stored = new Set();
    this.add.addEventListener("click", () => this.#append());
  }

  /** @param {object} settings @param {{value: number}[]} stored entries that the server has */
  show(settings, stored) {
    this.settings = settings;
    this.stored = new Set(stored.map(({ value }) => value));
    this.#fill();
  }

  #fill() {
    this.list.replaceChildren(...this.settings.entries.map((entry, row) => this.#row(entry, row)));
    this.add.disabled = freeValue(this.settings.entries) === null;
  }

  #append() {
    const { entries } = this.settings;
    const colors = [...this.kind.entries, ...entries].map(({ color }) => color);
    const last = entries.at(-1)?.class_index ?? this.kind.classes.length - 1;
    const value = freeValue(entries);
    entries.push({ value, color: freeColor(colors), class_index: last, name: "", retired: false });
    this.#fill();
    this.list.lastElementChild.querySelector("[data-name]").focus();
    this.changed();
  }

  #remove(row) {
    this.settings.entries.splice(row, 1);
    this.#fill();
    (this.list.children[Math.min(row, this.list.children.length - 1)]?.querySelector("button") ?? this.add).focus();
    this.changed();
  }

  #row(entry, row) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    const told = { name: entry.name || t("entry %(value)s", { value: entry.value }) };
    const path = `entries.${row}`;
    const set = (part) => (value) => {
      entry[part] = value;
      this.changed();
    };
    element.querySelector("[data-value]").textContent = entry.value;
    colorField(element.querySelector("[data-color]"), { color: entry.color, ...told, path: `${path}.color`, changed: set("color") });
    this.#name(element.querySelector("[data-name]"), entry, `${path}.name`, set("name"));
    this.#class(element.querySelector("select"), entry, `${path}.class_index`, set("class_index"));
    this.#end(element, entry, row);
    return element;
  }

  #name(field, entry, path, set) {
    field.value = entry.name;
    field.dataset.path = path;
    field.setAttribute("aria-label", t("Name of entry %(value)s", { value: entry.value }));
    field.addEventListener("input", () => set(field.value));
  }

  /** What is stored keeps its class: labels mean it. */
  #class(select, entry, path, set) {
    select.append(...this.kind.classes.map(({ index, name }) => new Option(plainName(t(name)), index)));
    select.value = entry.class_index;
    select.disabled = this.stored.has(entry.value);
    select.title = select.disabled ? t("Labels mean this class by it: it stays.") : "";
    select.dataset.path = path;
    select.setAttribute("aria-label", t("Class of entry %(value)s", { value: entry.value }));
    select.addEventListener("input", () => set(Number(select.value)));
  }

  #end(element, entry, row) {
    const button = element.querySelector("button");
    const stored = this.stored.has(entry.value);
    const says = () => (stored ? (entry.retired ? t("Use again") : t("Retire")) : t("Remove"));
    element.classList.toggle("pf-retired", Boolean(entry.retired));
    button.textContent = says();
    button.addEventListener("click", () => {
      if (!stored) return this.#remove(row);
      entry.retired = !entry.retired;
      element.classList.toggle("pf-retired", entry.retired);
      button.textContent = says();
      this.changed();
    });
  }
}
