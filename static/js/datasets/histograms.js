// Bars for pages: a table whose rows have bars, and columns over an axis. SVG with lengths in percent, so that nothing
// is drawn anew when the page changes its width; numbers stand beside bars, and over columns on hover or by arrow keys.

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 150;
const TOP = 16;
const FEWEST_SLOTS = 12;

/** 12345 as 12,345. */
export const count = (value) => value.toLocaleString("en");

/** A share (0..1) in percent with three digits that count. */
export const percent = (share) => `${(100 * share).toLocaleString("en", { maximumSignificantDigits: 3 })} %`;

/** An HTML element with properties and children. */
export function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

function shape(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text) element.textContent = text;
  return element;
}

/** A figure with its heading and, below, what it says in words. */
export function figure(title, content, note = "") {
  const box = make("figure", { className: "histogram" }, make("h3", { textContent: title }), content);
  if (note) box.append(make("figcaption", { className: "quiet small", textContent: note }));
  return box;
}

/**
 * A table with a bar a row. Rows are {name, length (0..1 or null), text, title?, quiet?}; ticks are {at (0..1), text}
 * and drawn through all bars.
 */
export function barTable(heads, rows, ticks = []) {
  const table = make("table", { className: "bars" });
  const [name, value] = heads;
  const head = make("tr", {}, make("th", { scope: "col", textContent: name }), make("td"), make("th", { scope: "col", className: "num", textContent: value }));
  head.children[1].append(tickLabels(ticks));
  const body = make("tbody", {}, ...rows.map((row) => barRow(row, ticks)));
  table.append(make("thead", {}, head), body);
  return table;
}

function barRow(row, ticks) {
  const svg = shape("svg", { class: "bar-line", "aria-hidden": "true", focusable: "false" });
  for (const tick of ticks) svg.append(shape("line", { x1: `${100 * tick.at}%`, x2: `${100 * tick.at}%`, y1: 0, y2: "100%", class: "grid-line" }));
  if (row.length) svg.append(shape("rect", { x: 0, y: 3, height: 12, width: `${Math.max(0.4, 100 * row.length)}%`, rx: 2, class: "bar-body" }));
  const line = make("tr", { className: row.quiet ? "quiet" : "", title: row.title || "" });
  line.append(make("th", { scope: "row", textContent: row.name }), make("td", {}), make("td", { className: "num", textContent: row.text }));
  line.children[1].append(svg);
  return line;
}

function tickLabels(ticks) {
  const svg = shape("svg", { class: "bar-line", "aria-hidden": "true", focusable: "false" });
  for (const { at, text } of ticks) {
    const anchor = at > 0.97 ? "end" : at < 0.03 ? "start" : "middle";
    svg.append(shape("text", { x: `${100 * at}%`, y: 13, "text-anchor": anchor }, text));
  }
  return svg;
}

/**
 * Columns over an axis. Columns are {name, value, text}: `text` is told of the one under the pointer or chosen by arrow
 * keys; ticks are {at (0..1 of the width), text}; heads name the two columns of the table that stands for the picture.
 */
export function columnChart(heads, columns, ticks, label) {
  const most = Math.max(1, ...columns.map((column) => column.value));
  const svg = shape("svg", { class: "columns-chart", height: HEIGHT + 22, tabindex: 0, role: "img", "aria-label": `${label}. Arrow keys tell the numbers.` });
  const told = make("p", { className: "quiet small told", role: "status" });
  for (const share of [0, 0.5, 1]) svg.append(shape("line", { x1: 0, x2: "100%", y1: level(share), y2: level(share), class: "grid-line" }));
  svg.append(shape("text", { x: 0, y: TOP - 4 }, `${count(most)}`));
  columns.forEach((column, index) => svg.append(...bar(column, index, columns.length, most)));
  svg.append(...ticks.map(({ at, text, anchor = "middle" }) => shape("text", { x: `${100 * at}%`, y: HEIGHT + 17, "text-anchor": anchor }, text)));
  follow(svg, columns, told);
  return make("div", {}, svg, told, hiddenTable(heads, columns));
}

const level = (share) => HEIGHT - share * (HEIGHT - TOP);

/** The columns' slots: at least twelve, so that few columns do not become walls. */
export function slotOf(index, number) {
  const slots = Math.max(number, FEWEST_SLOTS);
  const before = (slots - number) / 2;
  return { x: (before + index) / slots, width: 1 / slots };
}

function bar(column, index, number, most) {
  const { x, width } = slotOf(index, number);
  const y = column.value ? Math.min(level(column.value / most), HEIGHT - 1.5) : HEIGHT;
  const gap = number > 60 ? 0 : 0.08 * width;
  const place = { x: `${100 * (x + gap)}%`, width: `${100 * (width - 2 * gap)}%` };
  const body = shape("rect", { ...place, y, height: HEIGHT - y, class: "bar-body", "data-index": index });
  const field = shape("rect", { x: `${100 * x}%`, width: `${100 * width}%`, y: 0, height: HEIGHT, class: "bar-field", "data-index": index });
  return [body, field];
}

/** Tell the numbers of the column under the pointer, or of the one that the arrow keys have come to. */
function follow(svg, columns, told) {
  let at = -1;
  const choose = (index) => {
    at = index;
    for (const body of svg.querySelectorAll(".bar-body")) body.classList.toggle("chosen", Number(body.dataset.index) === at);
    told.textContent = at < 0 ? "" : columns[at].text;
  };
  svg.addEventListener("pointermove", (event) => choose(Number(event.target.dataset.index ?? -1)));
  svg.addEventListener("pointerleave", () => choose(-1));
  svg.addEventListener("blur", () => choose(-1));
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    let next = at + step;
    while (columns[next]?.value === 0) next += step;
    if (columns[next]) choose(next);
  });
}

function hiddenTable([name, value], columns) {
  const rows = columns.filter((column) => column.value).map((column) => make("tr", {}, make("th", { scope: "row", textContent: column.name }), make("td", { textContent: count(column.value) })));
  const head = make("tr", {}, make("th", { scope: "col", textContent: name }), make("th", { scope: "col", textContent: value }));
  return make("table", { className: "visually-hidden" }, make("thead", {}, head), make("tbody", {}, ...rows));
}
