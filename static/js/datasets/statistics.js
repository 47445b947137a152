// What a pool or snapshot is made of, fetched when its section comes into view: the page does not wait for it.
import { call } from "./api.js";
import { barTable, columnChart, count, figure, make, percent, slotOf } from "./histograms.js";
import { whenSeen } from "./section.js";

const YEARS_A_LABEL = [1, 2, 5, 10, 20, 50];
const LABELS_AT_MOST = 8;
const SMALLEST_POWER = -8;

const frames = (number) => `${count(number)} frame${number === 1 ? "" : "s"}`;
const labels = (number) => `${count(number)} label${number === 1 ? "" : "s"}`;
const words = (name) => name.replaceAll("_", " ");

function resolutions(data) {
  const most = data.resolutions[0].frames;
  const rows = data.resolutions.map((row) => ({
    name: `${row.width} × ${row.height}`,
    length: row.frames / most,
    text: `${count(row.frames)} · ${percent(row.frames / data.frames)}`,
  }));
  const rest = data.other_resolutions;
  if (rest.resolutions) {
    const name = `${count(rest.resolutions)} other${rest.resolutions === 1 ? "" : "s"}`;
    rows.push({ name, length: rest.frames / most, text: `${count(rest.frames)} · ${percent(rest.frames / data.frames)}`, quiet: true });
  }
  return figure("Resolution", barTable(["Pixels", "Frames"], rows));
}

function years(data) {
  const unknown = data.frames_of_unknown_year;
  const note = unknown ? `${frames(unknown)} of productions without a year.` : "";
  if (!data.years.length) return unknownYears(note);
  const first = data.years[0].year;
  const number = data.years.at(-1).year - first + 1;
  const by = new Map(data.years.map((row) => [row.year, row.frames]));
  const columns = Array.from({ length: number }, (_, index) => {
    const value = by.get(first + index) || 0;
    return { name: String(first + index), value, text: `${first + index}: ${frames(value)}` };
  });
  return figure("Release year", columnChart(["Year", "Frames"], columns, yearTicks(first, number), "Frames by release year"), note);
}

function unknownYears(note) {
  const link = make("a", { href: document.querySelector("[data-statistics]").dataset.productions, textContent: "Set it" });
  return figure("Release year", make("p", { className: "quiet" }, `${note} `, link, " where it is known."));
}

/** Round years, as many as can be read. */
function yearTicks(first, number) {
  const step = YEARS_A_LABEL.find((years) => number / years <= LABELS_AT_MOST) || 100;
  const ticks = [];
  for (let year = Math.ceil(first / step) * step; year < first + number; year += step) {
    const { x, width } = slotOf(year - first, number);
    const at = x + width / 2;
    ticks.push({ at, text: String(year), anchor: at < 0.03 ? "start" : at > 0.97 ? "end" : "middle" });
  }
  return ticks;
}

function drawn(kind) {
  const { bins, blank, name } = kind.drawn;
  const width = 1 / bins.length;
  const columns = bins.map((value, index) => {
    const range = `${(index * width).toFixed(2)} to ${((index + 1) * width).toFixed(2)}`;
    return { name: range, value, text: `${range}: ${labels(value)}` };
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: String(at), anchor: { 0: "start", 1: "end" }[at] || "middle" }));
  const title = `Share of ${words(name)} in each ${kind.kind} label`;
  const note = blank ? `${labels(blank)} ignored as a whole.` : "";
  return figure(title, columnChart(["Share", "Labels"], columns, ticks, title), note);
}

function classes(kind) {
  const scale = kind.scale === "log" ? logScale(kind.classes) : { length: (share) => share, ticks: [] };
  const rows = kind.classes.map((row) => ({
    name: words(row.name),
    length: row.pixels ? scale.length(row.share) : null,
    text: row.pixels ? percent(row.share) : "none",
    title: `${count(row.pixels)} pixels`,
    quiet: !row.pixels,
  }));
  const logs = scale.ticks.length ? "Logarithmic: each line is ten times the one before it. " : "";
  const ignored = kind.ignored ? `${percent(kind.ignored_share)} of all pixels are ignored (255) and count nowhere above.` : "No pixel is ignored (255).";
  return figure(`Classes in ${labels(kind.labelled - kind.uncounted)} of ${kind.kind}`, barTable(["Class", "Of pixels"], rows, scale.ticks), logs + ignored);
}

/** From the power of ten below the rarest class up to everything. */
function logScale(rows) {
  const shares = rows.filter((row) => row.pixels).map((row) => row.share);
  const lowest = Math.max(SMALLEST_POWER, Math.min(-1, Math.ceil(Math.log10(Math.min(...shares))) - 1));
  const length = (share) => Math.max(0, 1 - Math.log10(share) / lowest);
  const powers = Array.from({ length: -lowest + 1 }, (_, index) => lowest + index);
  return { length, ticks: powers.map((power) => ({ at: 1 - power / lowest, text: percent(10 ** power).replace(" ", "") })) };
}

function show(section, data) {
  const state = section.querySelector("[data-state]");
  const target = section.querySelector("[data-figures]");
  if (!data.frames) {
    state.textContent = "Nothing yet: the first frames bring the first figures.";
    return;
  }
  const counted = data.labels.filter((kind) => kind.labelled > kind.uncounted);
  target.replaceChildren(resolutions(data), years(data), ...counted.flatMap((kind) => (kind.classes.length ? [drawn(kind), classes(kind)] : [drawn(kind)])));
  state.textContent = data.labels.length ? "" : `${frames(data.frames)}; no label is accepted yet, so there is nothing to say of classes.`;
  state.hidden = !state.textContent;
  showUncounted(section, data.labels.reduce((sum, kind) => sum + kind.uncounted, 0));
}

/** Labels of a time before labels were counted: a lead has them counted by a job. */
function showUncounted(section, number) {
  const box = section.querySelector("[data-uncounted]");
  box.hidden = !number;
  box.querySelector("span").textContent = `${labels(number)} ${number === 1 ? "is" : "are"} not counted yet and not in these figures.`;
  const form = box.querySelector("form");
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      location.assign((await call(form.action, { method: "POST" })).url);
    } catch (error) {
      box.querySelector("span").textContent = error.message;
    }
  });
}

whenSeen("statistics", "The figures", show);
