/** Fields of the page that stand for one setting each. The settings are the truth; fields only say and change them. */

import { pxOf, putAt, shareOf, valueAt } from "./settings.js";

/** How a field shows a setting and says it: by `data-unit`, else by the field's type. */
const UNITS = {
  lines: { show: (field, share) => (field.value = pxOf(share)), read: (field) => shareOf(Number(field.value)) },
  number: { show: (field, value) => (field.value = value), read: (field) => Math.round(Number(field.value)) },
  checkbox: { show: (field, value) => (field.checked = value), read: (field) => field.checked },
  radio: {
    show: (field, value) => (field.checked = field.value === String(value)),
    read: (field, before) => (typeof before === "number" ? Number(field.value) : field.value),
  },
};

export class Form {
  /**
   * @param {HTMLFormElement} element
   * @param {object} settings of the profile; changed in place
   * @param {() => void} changed called after each change
   */
  constructor(element, settings, changed) {
    this.element = element;
    this.settings = settings;
    this.changed = changed;
    for (const field of this.#fields()) field.addEventListener("input", () => this.#take(field));
  }

  /** Show other settings, for example those that the server stored. */
  show(settings) {
    this.settings = settings;
    for (const field of this.#fields()) unitOf(field).show(field, valueAt(settings, field.dataset.field));
  }

  #fields() {
    return this.element.querySelectorAll("[data-field]");
  }

  #take(field) {
    if (field.value === "") return;
    const { field: path } = field.dataset;
    putAt(this.settings, path, unitOf(field).read(field, valueAt(this.settings, path)));
    this.changed();
  }
}

function unitOf(field) {
  return UNITS[field.dataset.unit ?? field.type];
}
