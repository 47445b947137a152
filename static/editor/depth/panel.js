/** The list of layers front to back, and the depth of the chosen one. */

import { t } from "../i18n.js";
import { make } from "../ui/dom.js";
import { depthColor } from "./look.js";
import { placeUnder } from "./order.js";

/** A press that moves this far in px drags its line. */
const DRAG = 5;

const PARTS = ["depth", "from", "to"];

export class DepthPanel {
  /** @param {Document} root @param {import("./feature.js").LayerWork} work */
  constructor(root, work) {
    this.work = work;
    this.list = root.querySelector("#layers");
    this.empty = root.querySelector("#layers-empty");
    this.name = root.querySelector("#layer-name");
    this.fields = root.querySelector("#layer-depth");
    this.sliders = Object.fromEntries(PARTS.map((part) => [part, root.querySelector(`#depth-${part}`)]));
    this.name.addEventListener("change", () => this.work.rename(this.name.value.slice(0, 80)));
    for (const part of PARTS) this.#bind(part, this.sliders[part]);
    this.list.addEventListener("pointerdown", (event) => this.#press(event));
    this.list.addEventListener("keydown", (event) => this.#key(event));
  }

  show({ history: { layers, chosen } }) {
    const focused = this.list.contains(document.activeElement);
    this.list.replaceChildren(...layers.map((layer) => lineOf(layer, layer.id === chosen?.id)));
    if (!this.list.querySelector("[tabindex='0']")) this.list.firstElementChild?.setAttribute("tabindex", "0");
    this.empty.hidden = layers.length > 0;
    if (focused) this.list.querySelector("[tabindex='0']")?.focus();
    this.#showChosen(chosen);
  }

  #showChosen(chosen) {
    this.name.disabled = !chosen;
    if (document.activeElement !== this.name) this.name.value = chosen?.name ?? "";
    this.fields.hidden = !chosen || Boolean(chosen.map);
    if (this.fields.hidden) return;
    const { depth } = chosen;
    const values = typeof depth === "number" ? { depth } : { from: depth.from[2], to: depth.to[2] };
    for (const part of PARTS) this.#showSlider(this.sliders[part], values[part]);
  }

  #showSlider(field, value) {
    field.hidden = value === undefined;
    if (field.hidden) return;
    const [number, range] = field.querySelectorAll("input");
    range.value = Math.round(1000 * value);
    if (number !== document.activeElement) number.value = Number((100 * value).toFixed(1));
  }

  #bind(part, field) {
    const [number, range] = field.querySelectorAll("input");
    range.addEventListener("input", () => this.work.set(part, Number(range.value) / 1000));
    number.addEventListener("input", () => {
      const value = Number.parseFloat(number.value);
      if (value >= 0 && value <= 100) this.work.set(part, value / 100);
    });
    for (const input of [range, number]) input.addEventListener("change", () => this.work.settle());
  }

  /** A press chooses a line; a drag moves it, with a mouse, a pen or a finger. */
  #press(event) {
    const line = event.target.closest("li");
    if (!line || event.button > 0) return;
    event.preventDefault();
    this.work.choose(line.dataset.layer);
    const from = [...this.list.children].findIndex(({ dataset }) => dataset.layer === line.dataset.layer);
    this.#follow(event, from);
  }

  #follow(start, from) {
    const { list } = this;
    const boxes = [...list.children].map((child) => child.getBoundingClientRect());
    let to = null;
    const move = (event) => {
      if (to === null && Math.abs(event.clientY - start.clientY) < DRAG) return;
      to = placeUnder(boxes, event.clientY);
      showDrop(list, from, to);
    };
    const end = (event) => {
      removeEventListener("pointermove", move);
      for (const type of ["pointerup", "pointercancel"]) removeEventListener(type, end);
      showDrop(list, from, null);
      if (to !== null && event.type === "pointerup") this.work.moveTo(from, to);
      list.querySelector("[tabindex='0']")?.focus();
    };
    addEventListener("pointermove", move);
    for (const type of ["pointerup", "pointercancel"]) addEventListener(type, end);
  }

  /** Arrows go through the list; Alt and an arrow, which move the layer, are the page's. */
  #key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!by || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.work.step(by);
  }
}

/** Show where a dragged line would go. */
function showDrop(list, from, to) {
  [...list.children].forEach((line, at) => {
    line.classList.toggle("dragged", to !== null && at === from);
    line.classList.toggle("drop-before", to !== null && at === to && to < from);
    line.classList.toggle("drop-after", to !== null && at === to && to > from);
  });
}

function lineOf(layer, chosen) {
  const bars = shadesOf(layer).map((color) => make("span", { style: { background: `rgb(${color.join(" ")})` } }));
  return make(
    "li.layer",
    { role: "option", tabindex: chosen ? 0 : -1, "aria-selected": String(chosen), data: { layer: layer.id } },
    make("span.layer-depths", {}, ...bars),
    make("span.layer-name", { text: layer.name }),
    make("span.num.quiet", { text: depthsText(layer) }),
  );
}

/** Colours of a layer from near to far. */
function shadesOf({ depth, map }) {
  if (map) return [1, 0.75, 0.5, 0.25, 0].map(depthColor);
  return (typeof depth === "number" ? [depth] : [depth.from[2], depth.to[2]]).map(depthColor);
}

/** "70 %", "80–40 %", or that it is a map. */
export function depthsText({ depth, map }) {
  if (map) return t("map");
  const percent = (value) => Number((100 * value).toFixed(1));
  return typeof depth === "number" ? `${percent(depth)} %` : `${percent(depth.from[2])}–${percent(depth.to[2])} %`;
}
