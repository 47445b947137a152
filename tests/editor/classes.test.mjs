import assert from "node:assert/strict";
import { test } from "node:test";
import { classCount, classRows, lockedValues, nextInstance, shortCount, toggled } from "../../static/editor/classlist.js";
import { differingRegion, takeClass, takeSpans, takeWhere } from "../../static/editor/draftwork.js";
import { moved } from "../../static/editor/features/cursor.js";
import { History } from "../../static/editor/history.js";
import { differenceAt, heatColors, labelColors } from "../../static/editor/render/colors.js";
import { colorAt } from "../../static/editor/render/look.js";
import { Sheet } from "../../static/editor/sheet.js";
import { map, random, rows } from "./helpers.mjs";

const DOUGA = {
  name: "douga",
  classes: [
    { index: 0, name: "flat_area", group: "fill", text: "" },
    { index: 1, name: "visible_line", group: "line", text: "" },
    { index: 2, name: "shading_fill", group: "fill", text: "" },
  ],
  entries: [
    { value: 0, color: "#FFFFFF", class_index: 0, name: "flat_area" },
    { value: 1, color: "#000000", class_index: 1, name: "visible_line" },
    { value: 10, color: "#6B3410", class_index: 1, name: "visible_line 2" },
    { value: 2, color: "#C9A7EB", class_index: 2, name: "shading_fill" },
    { value: 20, color: "#9C6FD6", class_index: 2, name: "shade 2", retired: true },
  ],
};

function opened(flat, draft, width, guard = {}) {
  const sheet = new Sheet(DOUGA, width, flat.length / width, flat);
  const history = new History(sheet);
  return { kind: DOUGA, sheet, draft, history, edit: history.begin(guard) };
}

test("rows are the classes in use with their instances, ignore last, retired entries not offered", () => {
  const list = classRows(DOUGA, { classes: [1, 2], names: {} });
  assert.deepEqual(list.map(({ index }) => index), [1, 2, 255]);
  assert.deepEqual(list[0].entries.map(({ value }) => value), [1, 10]);
  assert.deepEqual(list[1].entries.map(({ value }) => value), [2]);
  assert.deepEqual(list.map(({ name }) => name), ["visible_line", "shading_fill", "ignore"]);
  const named = { ...DOUGA, entries: DOUGA.entries.map((entry) => (entry.value === 2 ? { ...entry, name: "shade 1" } : entry)) };
  assert.equal(classRows(named, { classes: [2] })[0].name, "shade 1");
});

test("a number key takes the instance used last, then goes round", () => {
  const entries = [{ value: 1 }, { value: 10 }, { value: 30 }];
  assert.equal(nextInstance(entries, 2, undefined), 1);
  assert.equal(nextInstance(entries, 2, 30), 30);
  assert.equal(nextInstance(entries, 30, 30), 1);
  assert.equal(nextInstance(entries, 1, 1), 10);
  assert.equal(nextInstance([], 1, 1), undefined);
});

test("counts are short and add up a class's instances", () => {
  const counts = new Uint32Array(256);
  counts[1] = 900;
  counts[10] = 99;
  assert.equal(classCount([{ value: 1 }, { value: 10 }], counts), 999);
  assert.deepEqual([0, 999, 1000, 12_345, 99_951, 999_600, 3_140_000].map(shortCount), ["0", "999", "1.0k", "12.3k", "100k", "1000k", "3.1M"]);
});

test("locks cover every entry of a class, and ignore by itself", () => {
  assert.deepEqual([...lockedValues(DOUGA, [1]).entries()].filter(([, locked]) => locked).map(([value]) => value), [1, 10]);
  assert.equal(lockedValues(DOUGA, [255])[255], 1);
  assert.deepEqual(toggled(toggled([1, 2], 3), 1), [2, 3]);
});

test("hidden, lone and fainter classes change the colours of their values only", () => {
  const all = labelColors(DOUGA, 1);
  const hidden = labelColors(DOUGA, 1, { hidden: [1] });
  assert.deepEqual([hidden[1], hidden[10], hidden[2]], [0, 0, all[2]]);
  const lone = labelColors(DOUGA, 1, { solo: 1 });
  assert.deepEqual([lone[1], lone[2], lone[255]], [all[1], 0, 0]);
  assert.notEqual(labelColors(DOUGA, 1, { solo: 0 })[0], 0);
  assert.equal(labelColors(DOUGA, 1, { alpha: { 2: 0.5 } })[2] >>> 24, 128);
});

test("a hidden line uncovers the fill beneath it", () => {
  const doc = opened(map("22122", "22122"), null, 5);
  const look = colorAt(doc, { view: "labels", opacity: 1 }, { hidden: [1] });
  assert.equal(look(2), labelColors(DOUGA, 1)[2]);
});

test("the whole draft is taken, and lines that it does not have are gone", () => {
  const next = random(11);
  for (let trial = 0; trial < 30; trial++) {
    const some = () => Uint8Array.from({ length: 60 }, () => [0, 1, 2, 10, 255][Math.floor(next() * 5)]);
    const doc = opened(some(), some(), 10);
    takeWhere(doc.edit, doc, () => true);
    assert.deepEqual([...doc.sheet.values], [...doc.draft]);
  }
});

test("only one class of the draft is taken", () => {
  const doc = opened(map("11..", "...."), map("2211", "22.1"), 4);
  takeClass(doc.edit, doc, 2);
  assert.deepEqual(rows(doc.sheet.values, 4), ["22..", "22.."]);
});

test("a region that differs is taken whole and no further", () => {
  const doc = opened(map("11..1", ".....", "2...2"), map("....1", ".....", "....2"), 5);
  const spans = differingRegion(doc.sheet.values, doc.draft, { width: 5, height: 3 }, { x: 0, y: 0 });
  takeSpans(doc.edit, doc, spans);
  assert.deepEqual(rows(doc.sheet.values, 5), ["....1", ".....", "2...2"]);
  assert.equal(differingRegion(doc.sheet.values, doc.draft, { width: 5, height: 3 }, { x: 3, y: 1 }).length, 0);
});

test("what is locked or frozen is not taken from the draft", () => {
  const frozen = Uint8Array.of(0, 0, 0, 1);
  const doc = opened(map("1..."), map("2222"), 4, { locked: lockedValues(DOUGA, [1]), frozen });
  takeWhere(doc.edit, doc, () => true);
  assert.deepEqual(rows(doc.sheet.values, 4), ["122."]);
});

test("what was taken away is striped on the screen at any zoom, what was added is not", () => {
  const values = map("1111....");
  const draft = map("....1111");
  for (const scale of [1, 4]) {
    const look = differenceAt(values, draft, { width: 8, opacity: 1, scale });
    const alphas = [...values.keys()].map((index) => look(index) >>> 24);
    assert.equal(new Set(alphas.slice(0, 4)).size, 1);
    assert.equal(new Set(alphas.slice(4)).size, scale === 1 ? 1 : 2);
  }
});

test("the heat map grows lighter and denser with entropy, so that it reads without colour", () => {
  const table = heatColors(1);
  const light = (color) => 0.2126 * (color & 255) + 0.7152 * ((color >> 8) & 255) + 0.0722 * ((color >> 16) & 255);
  for (let level = 9; level < 256; level++) {
    assert.ok(light(table[level]) >= light(table[level - 8]));
    assert.ok(table[level] >>> 24 >= table[level - 8] >>> 24);
  }
});

test("the keyboard's cursor keeps to the frame", () => {
  const size = { width: 50, height: 20 };
  assert.deepEqual(moved({ x: 5, y: 5 }, { code: "ArrowLeft", shiftKey: true }, size), { x: 0, y: 5 });
  assert.deepEqual(moved({ x: 5, y: 5 }, { code: "ArrowDown", ctrlKey: true }, size), { x: 5, y: 19 });
  assert.deepEqual(moved({ x: 5, y: 5 }, { code: "ArrowUp" }, size), { x: 5, y: 4 });
});
