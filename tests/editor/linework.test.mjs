import assert from "node:assert/strict";
import { test } from "node:test";
import { LineWork } from "../../static/editor/lines/work.js";
import { litTarget, segments } from "../../static/editor/tools/segments.js";
import { segmentMap } from "../../static/editor/lines/segments.js";
import { map } from "./helpers.mjs";

const KIND = {
  classes: [{ group: "fill" }, { group: "line" }, { group: "line" }],
  entries: [0, 1, 2].map((value) => ({ value, class_index: value })),
};

/** A frame with one line, whose worker answers when it is told to. */
function frame(text = "..1111..") {
  const values = map(text);
  const doc = { kind: KIND, width: text.length, height: 1, sheet: { ink: { values }, isLine: (value) => value > 0 } };
  const calls = [];
  const heavy = {
    call: (name, payload, transfer) => new Promise((resolve, reject) => calls.push({ name, payload, transfer, resolve, reject })),
  };
  const shown = [];
  doc.lines = new LineWork(doc, heavy, () => shown.push(doc.lines.map));
  return { doc, calls, shown, values };
}

const answer = (call) => call.resolve(segmentMap(call.payload));
const turn = () => new Promise((resolve) => setImmediate(resolve));

test("the worker gets a copy of the ink, handed over, and which values are lines", async () => {
  const { doc, calls, shown, values } = frame();
  const wanted = doc.lines.current();
  const [{ name, payload, transfer }] = calls;
  assert.equal(name, "segments");
  assert.deepEqual(payload.values, values);
  assert.notEqual(payload.values.buffer, values.buffer);
  assert.deepEqual(transfer, [payload.values.buffer]);
  assert.deepEqual([...payload.isLine.subarray(0, 4)], [0, 1, 1, 0]);
  answer(calls[0]);
  assert.deepEqual(await wanted, shown[0]);
  assert.ok(doc.lines.fresh);
});

test("a map that a change overtook is thrown away, and who waits gets the one made after it", async () => {
  const { doc, calls, shown, values } = frame();
  const wanted = doc.lines.current();
  values[4] = 2;
  doc.lines.changed();
  answer(calls[0]);
  await turn();
  assert.deepEqual([shown.length, doc.lines.map, calls.length], [0, null, 2]);
  answer(calls[1]);
  assert.deepEqual([...(await wanted).values], [1, 2, 1]);
});

test("several who wait share one map; without the tool nothing is made", async () => {
  const { doc, calls } = frame();
  doc.lines.changed();
  assert.equal(calls.length, 0);
  const both = [doc.lines.current(), doc.lines.current()];
  assert.equal(calls.length, 1);
  answer(calls[0]);
  const [a, b] = await Promise.all(both);
  assert.equal(a, b);
});

test("a frame that was left gives no map", async () => {
  const { doc, calls, shown } = frame();
  const wanted = doc.lines.current();
  doc.lines.close();
  answer(calls[0]);
  assert.equal(await wanted, null);
  assert.deepEqual(shown, []);
});

test("a map that could not be made is asked for again the next time", async () => {
  const { doc, calls } = frame();
  const failed = doc.lines.current();
  calls[0].reject(new Error("no memory"));
  await assert.rejects(failed, /no memory/);
  const wanted = doc.lines.current();
  answer(calls[1]);
  assert.ok(await wanted);
});

/** What a tap of the tool did. */
function tapped(doc, point, value = 2) {
  const emitted = [];
  const changed = [];
  const store = { settings: { trimMode: false, joinReach: 8 }, emit: (topic, payload) => emitted.push([topic, payload]) };
  const edit = { setPixels: (pixels, given) => changed.push([[...pixels], given]), erasePixels: (pixels, plane) => changed.push([[...pixels], plane]) };
  segments.start({ doc, store, edit, erase: Boolean(point.erase), value, points: [point] }, point);
  return { emitted, changed };
}

test("a tap takes what is lit, also while the map is behind; where nothing is, it waits for the next map", async () => {
  const { doc, calls, values } = frame();
  const point = { x: 3.5, y: 0.5, unit: 0.1, shift: false };
  const wanted = doc.lines.current();
  answer(calls[0]);
  await wanted;
  assert.deepEqual(tapped(doc, point), { emitted: [], changed: [[[2, 3, 4, 5], 2]] });
  assert.deepEqual(tapped(doc, { ...point, erase: true }).changed, [[[2, 3, 4, 5], "ink"]]);
  doc.lines.changed();
  assert.deepEqual(tapped(doc, point), { emitted: [], changed: [[[2, 3, 4, 5], 2]] });
  values[3] = 2;
  assert.deepEqual(tapped(doc, point), { emitted: [["lines.late", point]], changed: [] });
});

test("a fill class is refused, a tap beside all lines does nothing", async () => {
  const { doc, calls } = frame();
  const wanted = doc.lines.current();
  answer(calls[0]);
  await wanted;
  assert.deepEqual(tapped(doc, { x: 3.5, y: 0.5, unit: 0.1 }, 0), { emitted: [["lines.refused", 0]], changed: [] });
  assert.deepEqual(tapped(doc, { x: 7.9, y: 0.5, unit: 0.01 }), { emitted: [], changed: [] });
});

test("while the map is behind, a segment that still is as it was lights up, and another does not", async () => {
  const { doc, calls, values } = frame("1111....2222");
  const wanted = doc.lines.current();
  answer(calls[0]);
  await wanted;
  values[9] = 1;
  doc.lines.changed();
  const mode = { trim: false, reach: 8 };
  assert.deepEqual(litTarget(doc, { x: 1.5, y: 0.5, unit: 0.1 }, mode), { segment: 0 });
  assert.equal(litTarget(doc, { x: 8.5, y: 0.5, unit: 0.1 }, mode), null);
});
