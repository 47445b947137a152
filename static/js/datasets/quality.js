// Thresholds of quality: drawn on the histogram, dragged, typed or moved by arrow keys; the server counts what they leave out.
import { call } from "./api.js";

const WAIT_MS = 150;
const form = document.querySelector("#quality");
const number = (value) => Number(value.toPrecision(3));
const frames = (count) => `${count.toLocaleString("en")} frame${count === 1 ? "" : "s"}`;

class Row {
  constructor(section, changed) {
    this.section = section;
    this.low = Number(section.dataset.low);
    this.high = Number(section.dataset.high);
    this.above = section.dataset.direction === "above";
    this.input = section.querySelector('input[type="number"]');
    this.tick = section.querySelector('input[type="checkbox"]');
    this.svg = section.querySelector("svg");
    this.line = section.querySelector(".quality-line");
    this.changed = changed;
    this.input.addEventListener("input", () => this.show());
    this.tick?.addEventListener("change", changed);
    if (!this.input.disabled) this.letDrag();
    this.paint();
  }

  get name() { return this.section.dataset.measure; }
  get value() { return this.input.value === "" ? NaN : Number(this.input.value); }

  letDrag() {
    this.svg.classList.add("may-drag");
    for (const [name, value] of Object.entries({ tabindex: 0, role: "slider", "aria-hidden": "false", "aria-label": this.input.getAttribute("aria-label"), "aria-valuemin": this.low, "aria-valuemax": this.high })) this.svg.setAttribute(name, value);
    this.svg.addEventListener("pointerdown", (event) => { this.svg.setPointerCapture(event.pointerId); this.moveTo(event); });
    this.svg.addEventListener("pointermove", (event) => { if (this.svg.hasPointerCapture(event.pointerId)) this.moveTo(event); });
    this.svg.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!step || Number.isNaN(this.value)) return;
      event.preventDefault();
      this.set(this.value + (step * (this.high - this.low) * (event.shiftKey ? 10 : 1)) / 200);
    });
  }

  moveTo(event) {
    const box = this.svg.getBoundingClientRect();
    this.set(this.low + ((event.clientX - box.left) / box.width) * (this.high - this.low));
  }

  set(value) {
    this.input.value = number(Math.min(this.high, Math.max(this.low, value)));
    this.show();
  }

  show() {
    this.paint();
    this.changed();
  }

  paint() {
    if (Number.isNaN(this.value)) return;
    const at = `${100 * Math.min(1, Math.max(0, (this.value - this.low) / (this.high - this.low)))}%`;
    this.line.setAttribute("x1", at);
    this.line.setAttribute("x2", at);
    this.svg.setAttribute("aria-valuenow", this.value);
    const width = (this.high - this.low) / 60;
    for (const bar of this.svg.querySelectorAll("rect")) {
      const middle = Number(bar.dataset.start) + width / 2;
      bar.classList.toggle("poor", this.above ? middle >= this.value : middle <= this.value);
    }
  }

  tell(counts) {
    this.section.querySelector("[data-count]").textContent = `${frames(counts.left_out)} to train on, ${counts.held_out.toLocaleString("en")} held-out`;
  }
}

function start() {
  let timer = 0;
  let asked = 0;
  const later = () => { clearTimeout(timer); timer = setTimeout(count, WAIT_MS); };
  const rows = [...form.querySelectorAll("[data-measure]")].map((section) => new Row(section, later));

  const ask = (chosen) => call(`${form.dataset.numbers}?${new URLSearchParams(chosen.map((row) => [row.name, row.value]))}`);

  async function count() {
    const mine = ++asked;
    const known = rows.filter((row) => !Number.isNaN(row.value));
    const ticked = known.filter((row) => row.tick?.checked);
    try {
      const [all, chosen] = await Promise.all([ask(known), ask(ticked)]);
      if (mine !== asked) return;
      for (const row of known) row.tell(all.measures[row.name]);
      if (rows.some((row) => row.tick)) tellTogether(ticked.length ? chosen.together : { left_out: 0, held_out: 0 });
    } catch (error) {
      form.querySelector("[data-together]").textContent = error.message;
    }
  }

  function tellTogether(counts) {
    form.querySelector("[data-together]").textContent = counts.left_out ? `As ticked, selection would leave ${frames(counts.left_out)} of those to train on out.` : "As ticked, selection would leave nothing out.";
    form.querySelector("[data-held-out]").textContent = counts.held_out.toLocaleString("en");
  }
}

if (form) start();
