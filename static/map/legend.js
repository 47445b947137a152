/** The legend: what the colours mean, how many frames each has; a name chooses all of its frames. */

import { wayOf } from "./choice.js";
import { nameColors, NOTHING, rampColor } from "./colors.js";

const frames = (count) => count.toLocaleString("en");

/**
 * @param {HTMLElement} host
 * @param {{form: string, title: string, names: string[]}} coloring
 * @param {{range: ?object, counts: number[], unknown: number}} look
 * @param {(place: ?number, way: string) => void} choose null for those without a value
 */
export function showLegend(host, coloring, look, choose) {
  const rows = coloring.form === "number" ? [ramp(look.range)] : named(coloring, look, choose);
  if (look.unknown) rows.push(entry(NOTHING, coloring.form === "number" ? "No value" : "None", look.unknown, null, choose));
  host.replaceChildren(...rows);
}

function named(coloring, { counts }, choose) {
  const colors = nameColors(coloring);
  return coloring.names.flatMap((name, place) => (counts[place] ? [entry(colors[place], name, counts[place], place, choose)] : []));
}

function entry(color, name, count, place, choose) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "map-entry";
  button.title = "Choose these frames; with Shift they are added, with Alt taken out";
  const swatch = document.createElement("span");
  swatch.className = "map-swatch";
  swatch.style.background = color;
  const text = document.createElement("span");
  text.textContent = name;
  const number = document.createElement("span");
  number.className = "quiet num";
  number.textContent = frames(count);
  button.append(swatch, text, number);
  button.addEventListener("click", (event) => choose(place, wayOf(event)));
  return button;
}

function ramp(range) {
  const figure = document.createElement("div");
  figure.className = "map-ramp";
  if (!range) {
    figure.textContent = "No frame has a value.";
    return figure;
  }
  const bar = document.createElement("canvas");
  Object.assign(bar, { width: 128, height: 1 });
  const context = bar.getContext("2d");
  for (let x = 0; x < 128; x++) {
    context.fillStyle = rampColor(x / 127);
    context.fillRect(x, 0, 1, 1);
  }
  const ends = document.createElement("div");
  ends.className = "quiet num";
  const said = (value) => Number(value.toPrecision(3)).toString();
  const [low, high] = [document.createElement("span"), document.createElement("span")];
  low.textContent = said(range.low);
  high.textContent = said(range.high);
  ends.append(low, high);
  figure.append(bar, ends);
  return figure;
}
