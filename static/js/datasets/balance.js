// How evenly a snapshot covers classes, productions and styles, fetched when its section comes into view.
import { figure, make, percent } from "./histograms.js";
import { whenSeen } from "./section.js";

const SIDES = ["train", "test"];
const UNLIKE = 0.1;
const HIDDEN_BELOW = 10;

const words = (name) => name.replaceAll("_", " ");
const told = (share) => (share === null ? "none" : percent(share));

/** Rows are {head, train, test, text?}: shares (0..1 or null) as two bars one over the other. */
function pairs(heads, rows) {
  const most = Math.max(...rows.flatMap((row) => SIDES.map((side) => row[side] ?? 0)), 1e-9);
  const head = make("tr", {}, ...[heads[0], "", ...heads.slice(1)].map((text, index) => make("th", { scope: "col", textContent: text, className: index > 1 ? "num" : "" })));
  const body = rows.map((row) => {
    const bars = make("td", {}, ...SIDES.map((side) => bar(side, (row[side] ?? 0) / most)));
    const numbers = SIDES.map((side) => make("td", { className: "num", textContent: row.text?.[side] ?? told(row[side]) }));
    return make("tr", {}, make("th", { scope: "row" }, row.head), bars, ...numbers);
  });
  return make("table", { className: "pairs" }, make("thead", {}, head), make("tbody", {}, ...body));
}

function bar(side, length) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `pair-bar ${side}`);
  svg.setAttribute("aria-hidden", "true");
  const body = document.createElementNS(svg.namespaceURI, "rect");
  for (const [key, value] of Object.entries({ width: `${100 * length}%`, height: "100%", rx: 2 })) body.setAttribute(key, value);
  svg.append(body);
  return svg;
}

/** What a divergence in bits means, in words. */
const likeness = (bits, what) => (bits === null ? "" : `${what} ${bits > UNLIKE ? "differ" : "are alike"} (divergence ${bits.toFixed(2)} bits of 1). `);

function classes(kind) {
  const rows = kind.classes.map((row) => ({ head: words(row.name), ...row }));
  const lacking = kind.classes.filter((row) => !row.train && row.test).map((row) => words(row.name));
  const unjudged = kind.classes.filter((row) => row.train && !row.test).map((row) => words(row.name));
  const note = [
    likeness(kind.divergence, "The two sides"),
    lacking.length ? `Held-out but never trained on: ${lacking.join(", ")}. ` : "",
    unjudged.length && kind.labels.test ? `Trained on but not judged: ${unjudged.join(", ")}.` : "",
  ];
  return figure(`Classes of ${kind.kind}`, pairs(["Class", "Train", "Held-out"], rows), note.join(""));
}

function productions(data) {
  const sums = Object.fromEntries(SIDES.map((side) => [side, data.rows.reduce((sum, row) => sum + row[side], 0)]));
  const shown = data.rows.slice(0, HIDDEN_BELOW).map((row) => ({
    head: row.name || "no production",
    ...Object.fromEntries(SIDES.map((side) => [side, sums[side] ? row[side] / sums[side] : null])),
    text: Object.fromEntries(SIDES.map((side) => [side, row[side].toLocaleString("en")])),
  }));
  const more = data.rows.length - shown.length;
  const note = [
    `As even as ${data.effective.toFixed(1)} productions of one size. `,
    likeness(data.divergence, "The two sides"),
    more > 0 ? `${more.toLocaleString("en")} more are not shown.` : "",
  ];
  return figure("Productions", pairs(["Production", "Train", "Held-out"], shown), note.join(""));
}

function styles(data, links) {
  const rows = data.rows.map((row) => ({ ...row, head: picture(row.frame, links) }));
  const table = pairs(["Style", "Train", "Held-out", "Pool"], rows);
  [...table.tBodies[0].rows].forEach((line, index) => line.append(make("td", { className: "num", textContent: percent(data.rows[index].pool) })));
  const note = [
    `Groups of the pool's frames by ${data.feature}, a typical one each. `,
    `As even as ${data.effective.toFixed(1)} of one size. `,
    data.left_out ? `${percent(data.left_out)} of the pool are of a kind that nothing is trained on. ` : "Every kind is trained on. ",
    likeness(data.pool_divergence, "Training frames and pool"),
  ];
  return figure("Styles", table, note.join(""));
}

function picture(frame, links) {
  const at = (pattern) => pattern.replace("/0/", `/${frame}/`);
  const image = make("img", { src: at(links.thumb), alt: "Typical frame", loading: "lazy", width: 96, height: 54 });
  return make("a", { className: "thumb", href: at(links.frame) }, image);
}

function show(section, data) {
  const labelled = data.labels.filter((kind) => kind.labels.train || kind.labels.test);
  const found = [...labelled.map(classes), productions(data.productions)];
  if (data.styles) found.push(styles(data.styles, section.dataset));
  section.querySelector("[data-figures]").replaceChildren(...found);
  section.querySelector("[data-state]").hidden = true;
}

whenSeen("balance", "The balance", show);
