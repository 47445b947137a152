import assert from "node:assert/strict";
import { test } from "node:test";
import { feature } from "../../static/editor/features/fill.js";
import { regionsBoxed, regionsInside } from "../../static/editor/regions/enclosed.js";
import { fillSpans, regionAt, underLines, vote } from "../../static/editor/regions/fill.js";
import { labelRegions } from "../../static/editor/regions/build.js";
import { regionTable } from "../../static/editor/regions/table.js";
import { fillByVotes } from "../../static/editor/regions/votes.js";
import { RegionWork, boundsOf } from "../../static/editor/regions/work.js";
import { TOOLS } from "../../static/editor/tools/index.js";
import { Clock, map, rows, settle } from "./helpers.mjs";

/** A map of regions 1 to 9 given by digits; "#" is under a line, of region 1. */
function regions(...plan) {
  const [width, height] = [plan[0].length, plan.length];
  const lines = Uint8Array.from(plan.join(""), (c) => Number(c === "#"));
  const labels = Int32Array.from(plan.join(""), (c) => (c === "#" ? 0 : Number(c)));
  const count = Math.max(...labels);
  const table = regionTable({ labels, width, height, count });
  return { width, height, count, lines, labels: labels.map((label) => label || 1), table };
}

function filled(found, region, grow) {
  const out = new Uint8Array(found.labels.length);
  fillSpans(found, region, grow, (y, x0, x1) => out.fill(7, y * found.width + x0, y * found.width + x1));
  return rows(out, found.width);
}

const TWO = ["111###22", "111###22", "1111##22", "########"];

test("the table knows each region's runs, area, box and a pixel inside", () => {
  const { table } = regions(...TWO);
  assert.deepEqual([...table.firstRun], [0, 0, 3, 6]);
  assert.deepEqual([...table.runStarts], [0, 8, 16, 6, 14, 22]);
  assert.deepEqual([...table.runEnds], [3, 11, 20, 8, 16, 24]);
  assert.deepEqual([...table.areas], [0, 10, 6]);
  assert.deepEqual([...table.boxes], [0, 0, 0, 0, 0, 0, 4, 3, 6, 0, 8, 3]);
  assert.deepEqual([...table.seeds], [0, 18, 7]);
});

test("a fill goes under the lines around it as far as it is asked to, and not into what is beyond", () => {
  const found = regions(...TWO);
  assert.deepEqual(filled(found, 1, 0), ["777.....", "777.....", "7777....", "........"]);
  assert.deepEqual(filled(found, 1, 1), ["7777....", "77777...", "77777...", "77777..."]);
  assert.deepEqual(filled(found, 2, 2), ["....7777", "....7777", "....7777", "....7777"]);
  assert.deepEqual(filled(found, 2, 9), ["...77777", "...77777", "....7777", "77777777"]);
  assert.equal(underLines(found, 2, 0).length, 0);
});

test("a region is found under a pixel, and none outside", () => {
  const found = regions(...TWO);
  assert.deepEqual([regionAt(found, 6, 1), regionAt(found, -1, 0), regionAt(found, 8, 0), regionAt(found, 0, 4)], [2, 0, 0, 0]);
});

test("most of a region's pixels decide the vote", () => {
  const found = regions("1122", "1122", "1133");
  const draft = map("5522", "5500", "2211");
  assert.deepEqual(vote(found, 1, draft), { value: 5, share: 4 / 6 });
  assert.deepEqual(vote(found, 3, draft), { value: 1, share: 1 });
  assert.deepEqual(vote(found, 2, draft), { value: 0, share: 0.5 });
});

test("filling by votes gives every pixel its region's class, lines too", () => {
  const out = new Uint8Array(12);
  const edit = { sheet: { ink: null }, fillSpan: (y, x0, x1, value) => out.fill(value, y * 4 + x0, y * 4 + x1) };
  fillByVotes(edit, regions("11#2", "11#2", "11#2"), map("1100", "1010", "1101"));
  assert.deepEqual(rows(out, 4), ["111.", "111.", "111."]);
});

test("an enclosed region lies inside by the share that is asked for", () => {
  const found = regions("1112233", "1112233", "1112233", "1111111");
  const inside = (emit) => {
    emit(0, 2, 7);
    emit(1, 2, 7);
    emit(2, 3, 4);
    emit(2, 5, 7);
  };
  assert.deepEqual(regionsInside(found, inside, 1), [3]);
  assert.deepEqual(regionsInside(found, inside, 0.8), [2, 3]);
  assert.deepEqual(regionsInside(found, inside, 0.1), [1, 2, 3]);
});

/** Region 1 lies all round; 3 and 4 are in the box with 2, and 4 is nearly of the colour of 1. */
function boxed(colors) {
  const found = regions("1111111", "1223441", "1223441", "1111111");
  found.table.colors = colors && Uint8Array.from([0, 0, 0, ...colors.flat()]);
  return found;
}

const BOX = { x0: 1, y0: 1, x1: 6, y1: 3 };
const COLORS = [[90, 90, 90], [200, 40, 40], [90, 90, 120], [95, 86, 90]];

test("a box leaves out what is of a colour that goes on outside of it", () => {
  assert.deepEqual(regionsBoxed(boxed(COLORS), BOX, { share: 0.8 }), [2, 3]);
});

test("a box that takes away takes all, as does one over a map without colours", () => {
  assert.deepEqual(regionsBoxed(boxed(COLORS), BOX, { share: 0.8, all: true }), [2, 3, 4]);
  assert.deepEqual(regionsBoxed(boxed(null), BOX, { share: 0.8 }), [2, 3, 4]);
});

test("nothing lies outside the frame: a box over all of it takes all", () => {
  assert.deepEqual(regionsBoxed(boxed(COLORS), { x0: -3, y0: -1, x1: 9, y1: 5 }, { share: 0.8 }), [1, 2, 3, 4]);
});

/** A drag of the bucket over a label map of two fills and a line. */
function stroke(settings = {}) {
  const values = map("2220333", "2220333", "2220333");
  const found = labelRegions({ values, groups: new Uint8Array(256), width: 7, height: 3, gap: 0 });
  const out = values.slice();
  const write = (value) => (y, x0, x1) => out.fill(value, y * 7 + x0, y * 7 + x1);
  const self = {
    out,
    value: 7,
    erase: false,
    points: [],
    doc: { regions: { now: () => found }, profile: { gap: 4 }, sheet: { values: out } },
    store: { settings: { tool: "bucket", fillBy: "labels", fillGap: "profile", fillGrow: 0, tolerance: 24, ...settings }, emit() {} },
    edit: { sheet: { ink: null }, fillSpan: (y, x0, x1, value) => write(value)(y, x0, x1) },
    span: (y, x0, x1) => write(self.erase ? 0 : self.value)(y, x0, x1),
  };
  return self;
}

function dragged(tool, self, ...way) {
  way.forEach(([x, y, more], i) => {
    const point = { x: x + 0.5, y: y + 0.5, unit: 0.1, ...more };
    if (i === 0) self.points.push(point);
    if (i === 0) tool.start(self, point);
    else tool.move(self, point);
    if (i > 0) self.points.push(point);
  });
  return rows(self.out, 7)[0];
}

test("the bucket fills the region under it, then those a drag passes", () => {
  const { bucket } = TOOLS;
  assert.equal(dragged(bucket, stroke(), [1, 1]), "777.333");
  assert.equal(dragged(bucket, stroke(), [1, 1], [5, 1]), "7777777");
  assert.equal(dragged(bucket, stroke(), [1, 1, { alt: true }], [5, 1, { alt: true }]), ".......");
  assert.equal(dragged(bucket, stroke(), [1, 1, { unit: 1 }], [5, 1, { unit: 1 }]), "777.333", "4 px of the screen are a tremble");
});

test("region pick adds, takes away what is there already, and with Shift always takes away", () => {
  const { region } = TOOLS;
  assert.equal(dragged(region, stroke(), [1, 1]), "777.333");
  const there = stroke();
  there.value = 2;
  assert.equal(dragged(region, there, [1, 1], [5, 1]), ".......");
  assert.equal(dragged(region, stroke(), [5, 1, { shift: true }]), "222....");
});

test("region pick can take what the draft votes for", () => {
  const voting = stroke({ regionVote: true });
  voting.doc.draft = map("1110555", "1110555", "0000055");
  assert.equal(dragged(TOOLS.region, voting, [1, 1], [5, 1]), "111.555");
});

test("a gap between those that can be chosen counts as the next smaller one", () => {
  const doc = { profile: { gap: 6 } };
  assert.equal(boundsOf({ fillGap: "profile", fillBy: "lines", tolerance: 9 }, doc).gap, 4);
  assert.deepEqual(boundsOf({ fillGap: "16", fillBy: "labels", tolerance: 9 }, doc), { by: "labels", gap: 16, tolerance: 9 });
  assert.equal(boundsOf({ fillGap: "0", fillBy: "labels", tolerance: 9, tool: "region" }, doc).by, "color");
});

/** Region work on a small frame with a worker that answers when it is told to. */
function work() {
  const kind = { classes: [{ group: "fill" }], entries: [] };
  const doc = { kind, width: 3, height: 2, sheet: { values: map("112", "112") }, profile: { gap: 0, line_width: { max: 0.01 } } };
  const calls = [];
  const heavy = { call: (name, payload) => new Promise((resolve) => calls.push({ name, payload, answer: (map) => resolve(map) })) };
  let ready = 0;
  return { doc, calls, regions: new RegionWork(doc, heavy, () => ready++), ready: () => ready };
}

const LABELS = { by: "labels", gap: 0, tolerance: 24 };

test("a map that has come is there until the labels change, and is asked for anew once they are calm", async () => {
  const clock = new Clock();
  const real = [globalThis.setTimeout, globalThis.clearTimeout];
  [globalThis.setTimeout, globalThis.clearTimeout] = [clock.setTimeout, clock.clearTimeout];
  try {
    const { calls, regions: found, ready } = work();
    found.want(LABELS);
    found.want(LABELS);
    assert.equal(calls.length, 1);
    assert.equal(found.peek(LABELS), null);
    calls[0].answer({ count: 2 });
    await settle();
    assert.deepEqual([found.peek(LABELS).count, ready()], [2, 1]);
    found.changed();
    assert.equal(found.peek(LABELS), null);
    await clock.pass(1000);
    assert.equal(calls.length, 2);
  } finally {
    [globalThis.setTimeout, globalThis.clearTimeout] = real;
  }
});

test("who cannot wait gets the map of this very moment", () => {
  const { doc, regions: found } = work();
  assert.equal(found.now(LABELS).count, 2);
  doc.sheet.values[5] = 1;
  found.version++;
  assert.deepEqual([...found.now(LABELS).table.areas], [0, 5, 1]);
});

test("a map asked for before a change does not pass for one after it", async () => {
  const { calls, regions: found } = work();
  found.want(LABELS);
  found.version++;
  calls[0].answer({ count: 9 });
  await settle();
  assert.equal(found.peek(LABELS), null);
  assert.equal(calls.length, 2, "it is asked for again");
});

test("two maps of the image are kept", async () => {
  const { doc, calls, regions: found } = work();
  doc.image = null;
  globalThis.OffscreenCanvas = class {
    getContext = () => ({ drawImage() {}, getImageData: () => ({ data: new Uint8ClampedArray(24) }) });
  };
  for (const tolerance of [8, 16, 24]) {
    found.want({ by: "color", gap: 0, tolerance });
    calls.at(-1).answer({ count: tolerance });
    await settle();
  }
  delete globalThis.OffscreenCanvas;
  const there = [8, 16, 24].map((tolerance) => found.peek({ by: "color", gap: 0, tolerance })?.count);
  assert.deepEqual(there, [undefined, 16, 24]);
});

test("the keys of filling are each their own", () => {
  const chords = Object.values(feature.keys);
  assert.equal(new Set(chords).size, chords.length);
});
