/** Rows of pencil colours and what they mean in this production. */

import { t } from "../editor/i18n.js";
import { plainName } from "../editor/kinds.js";
import { colorField } from "./colorfield.js";
import { freeColor } from "./settings.js";

/** Where a colour means two things, a person is asked. */
const ASK = "ask";

export class PencilRows {
  /**
   * @param {{list: HTMLElement, template: HTMLTemplateElement, add: HTMLButtonElement, kind: object,
   *   changed: () => void}} given
   */
  constructor(given) {
    Object.assign(this, given);
    this.add.addEventListener("click", () => this.#append());
  }

  show(settings) {
    this.settings = settings;
    this.#fill();
  }

  #fill() {
    this.list.replaceChildren(...this.settings.pencil.map((pencil, row) => this.#row(pencil, row)));
  }

  #append() {
    const { pencil } = this.settings;
    const usual = ["#000000", "#FF0000", "#0000FF", "#008000"].find((color) => pencil.every((p) => p.color !== color));
    pencil.push({ color: usual ?? freeColor(pencil.map(({ color }) => color)), meaning: ASK });
    this.#fill();
    this.list.lastElementChild.querySelector("input").focus();
    this.changed();
  }

  #remove(row) {
    this.settings.pencil.splice(row, 1);
    this.#fill();
    (this.list.children[Math.min(row, this.list.children.length - 1)]?.querySelector("button") ?? this.add).focus();
    this.changed();
  }

  #row(pencil, row) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    const name = t("pencil %(number)s", { number: row + 1 });
    const changed = (color) => {
      pencil.color = color;
      this.changed();
    };
    colorField(element.querySelector("[data-color]"), { color: pencil.color, name, path: `pencil.${row}.color`, changed });
    this.#meaning(element.querySelector("select"), pencil, row);
    const button = element.querySelector("button");
    button.setAttribute("aria-label", t("Remove %(name)s", { name }));
    button.addEventListener("click", () => this.#remove(row));
    return element;
  }

  #meaning(select, pencil, row) {
    const meanings = this.kind.classes.map(({ name }) => new Option(plainName(t(name)), name));
    select.append(new Option(t("ask each time"), ASK), ...meanings);
    select.value = pencil.meaning;
    select.dataset.path = `pencil.${row}.meaning`;
    select.setAttribute("aria-label", t("Meaning of pencil %(number)s", { number: row + 1 }));
    select.addEventListener("input", () => {
      pencil.meaning = select.value;
      this.changed();
    });
  }
}
