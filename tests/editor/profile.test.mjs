/** The profile's page: paths, units, free values and colours, the server's refusals, what a label map holds. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { classRows } from "../../static/editor/classlist.js";
import { kindOf } from "../../static/editor/kinds.js";
import { measured } from "../../static/profile/measure.js";
import { shownAs, tableOf } from "../../static/profile/colors.js";
import { flatErrors, freeColor, freeValue, isColor, putAt, pxOf, shareOf, valueAt } from "../../static/profile/settings.js";

test("paths lead into the settings", () => {
  const settings = { entries: [{ color: "#000000" }, { color: "#FFFFFF" }], line_width: { min: 0.001 } };
  assert.equal(valueAt(settings, "entries.1.color"), "#FFFFFF");
  assert.equal(valueAt(settings, "entries.7.color"), undefined);
  putAt(settings, "line_width.min", 0.002);
  putAt(settings, "gap", 8);
  assert.deepEqual([settings.line_width.min, settings.gap], [0.002, 8]);
});

test("widths keep their tenth of a px on their way through the field", () => {
  for (let tenths = 0; tenths <= 200; tenths++) assert.equal(pxOf(shareOf(tenths / 10)), tenths / 10);
  assert.equal(pxOf(0.0009, 4096), 3.7);
});

test("the free value is the smallest, and none is left after 254", () => {
  assert.equal(freeValue([]), 20);
  assert.equal(freeValue([{ value: 21 }, { value: 20 }, { value: 23 }]), 22);
  const all = Array.from({ length: 235 }, (_, i) => ({ value: 20 + i }));
  assert.equal(freeValue(all.slice(0, -1)), 254);
  assert.equal(freeValue(all), null);
});

test("proposed colours are new ones, far from those there are and from ignore's", () => {
  const taken = ["#FFFFFF", "#000000", "#FF0000", "#00A03C"];
  const far = (a, b) => [1, 3, 5].reduce((sum, at) => sum + (parseInt(a.slice(at, at + 2), 16) - parseInt(b.slice(at, at + 2), 16)) ** 2, 0);
  for (let i = 0; i < 20; i++) {
    const color = freeColor(taken);
    assert.ok(isColor(color));
    for (const other of [...taken, "#FF00FF"]) assert.ok(far(color, other) > 40 ** 2, `${color} is near ${other}`);
    taken.push(color);
  }
});

test("refusals are one sentence a field however deep they nest", () => {
  assert.deepEqual(flatErrors({ gap: ["A valid integer is required."], entries: [{}, { name: ["Too long.", "Odd."] }] }), {
    gap: "A valid integer is required.",
    "entries.1.name": "Too long. Odd.",
  });
  assert.deepEqual(flatErrors({ "entries.0.color": "Taken." }), { "entries.0.color": "Taken." });
  assert.deepEqual(flatErrors({}), {});
});

test("a label map's values are counted and placed in their longest run", () => {
  const map = Uint8Array.from([0, 0, 0, 0, 0, 1, 1, 1, 0, 20, 255, 1]);
  const found = measured(map, 4);
  assert.deepEqual([...found.keys()], [0, 1, 20, 255]);
  assert.deepEqual(found.get(0), { count: 6, room: 4, x: 2, y: 0 });
  assert.deepEqual(found.get(1), { count: 4, room: 3, x: 2, y: 1 });
  assert.deepEqual(found.get(20), { count: 1, room: 1, x: 1, y: 2 });
});

test("the preview shows the palette's colours, and grey for one that is being typed", () => {
  const douga = { name: "douga", entries: [{ value: 0, color: "#FFFFFF" }, { value: 20, color: "#123456" }, { value: 21, color: "#12" }] };
  const table = tableOf(douga, null);
  assert.deepEqual([table[0], table[20], table[21], table[22]], [0, 0xff563412, 0xff808080, 0]);
  assert.deepEqual([tableOf(douga, 0)[0], tableOf(douga, 0)[20]], [0xffffffff, 0]);
  const cel = { name: "cel" };
  assert.notEqual(shownAs(cel, { value: 1, color: "#FFFFFF" }), "#FFFFFF");
  assert.equal(shownAs(cel, { value: 20, color: "#FF8800" }), "#FF8800");
});

test("a retired entry is offered no more, and what was drawn with it keeps its class and name", () => {
  const base = { classes: [{ index: 0, name: "a", group: "fill" }, { index: 1, name: "b", group: "line" }], entries: [{ value: 0, class_index: 0, name: "a" }, { value: 1, class_index: 1, name: "b" }] };
  const added = (retired) => ({ value: 20, color: "#123456", class_index: 1, name: "black", retired });
  const values = (retired) => {
    const profile = { classes: [0, 1], names: {}, entries: [added(retired)] };
    const kind = kindOf(base, profile);
    assert.equal(kind.entries.find(({ value }) => value === 20).name, "black");
    return classRows(kind, profile)[1].entries.map(({ value }) => value);
  };
  assert.deepEqual([values(false), values(true)], [[1, 20], [1]]);
});
