import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { History } from "../../static/editor/history.js";
import { snapped } from "../../static/editor/raster/angles.js";
import { Sheet } from "../../static/editor/sheet.js";
import { Store } from "../../static/editor/store.js";
import { Strokes } from "../../static/editor/strokes.js";
import { pencil } from "../../static/editor/tools/pencil.js";
import { polygon } from "../../static/editor/tools/polygon.js";
import { polyline } from "../../static/editor/tools/polyline.js";
import { boxBetween } from "../../static/editor/tools/rectangle.js";
import { replace } from "../../static/editor/tools/replace.js";
import { rows } from "./helpers.mjs";

const WIDTH = 8;
/** Values 1 and 2 are lines, 0 and 6 fills. */
const KIND = {
  name: "douga",
  classes: ["fill", "line", "line", "fill"].map((group, index) => ({ index, group })),
  entries: [0, 1, 2, 6].map((value, index) => ({ value, color: "#000000", class_index: index, name: String(value) })),
};

const TOOLS = Object.fromEntries([pencil, polyline, polygon, replace].map((tool) => [tool.name, tool]));
const DEFAULTS = { pencilSize: 1, lineSize: 1, stabilizer: 0, replaceFrom: "start", replaceBy: "rectangle" };

let store, strokes, changes;

function open(content) {
  store = new Store(null, { defaults: DEFAULTS });
  const sheet = new Sheet(KIND, WIDTH, 6, content);
  store.doc = { kind: KIND, width: WIDTH, height: 6, sheet, history: new History(sheet), readOnly: false, frozen: null };
  strokes = new Strokes(store, TOOLS, { invalidate() {}, invalidateHud() {} });
  changes = [];
  store.on("change", (change) => changes.push(change));
}

function at(x, y, more = {}) {
  return { x: x + 0.5, y: y + 0.5, unit: 0.1, pressure: 1, pointerType: "mouse", erase: false, shift: false, alt: false, ...more };
}

function click(...points) {
  for (const point of points) {
    strokes.start(point);
    strokes.finish();
  }
}

const shown = () => rows(store.doc.sheet.values, WIDTH);

beforeEach(() => open());

test("clicks change nothing until the last, and hold up no save", () => {
  store.set({ tool: "polyline", value: 1 });
  click(at(1, 1), at(5, 1));
  assert.ok(strokes.clicking);
  assert.equal(strokes.busy, false);
  assert.equal(changes.length, 0);
  click(at(5, 4));
  strokes.complete();
  assert.deepEqual(shown(), ["........", ".11111..", ".....1..", ".....1..", ".....1..", "........"]);
  assert.equal(changes.length, 1);
  strokes.undo();
  assert.equal(store.doc.sheet.values.some(Boolean), false);
});

test("undo and a second finger take back one click, the first click takes the stroke along", () => {
  store.set({ tool: "polyline", value: 1 });
  click(at(1, 1), at(5, 1), at(5, 4));
  strokes.undo();
  strokes.start(at(7, 5));
  strokes.giveUpPress();
  strokes.complete();
  assert.deepEqual(shown()[1], ".11111..");
  assert.deepEqual(shown()[4], "........");
  click(at(0, 0));
  strokes.back();
  assert.equal(strokes.current, null);
});

test("a click near the first corner closes, a double click ends where it is", () => {
  store.set({ tool: "polyline", value: 1 });
  click(at(1, 1), at(5, 1), at(5, 4), at(1.4, 1));
  assert.equal(strokes.current, null);
  assert.deepEqual(shown(), ["........", ".11111..", "..11.1..", "....11..", ".....1..", "........"]);
  open();
  store.set({ tool: "polyline", value: 1 });
  click(at(1, 1), at(4, 1), at(4, 1, { double: true }));
  assert.equal(strokes.current, null);
  assert.deepEqual(shown()[1], ".1111...");
});

test("leaving a frame draws what was clicked together and drops a stroke under way", () => {
  store.set({ tool: "polygon", value: 6 });
  click(at(0, 0), at(4, 0), at(4, 4), at(0, 4));
  strokes.settle();
  assert.deepEqual(shown(), ["6666....", "6666....", "6666....", "6666....", "........", "........"]);
  store.set({ tool: "pencil", value: 1 });
  strokes.start(at(7, 0));
  strokes.settle();
  assert.equal(store.doc.sheet.get(7, 0), 0);
});

test("a pencil of 1 px draws each pixel once, in Bresenham's steps", () => {
  store.set({ tool: "pencil", value: 1 });
  strokes.start(at(0, 0));
  strokes.move([at(7, 3)]);
  strokes.finish();
  assert.deepEqual(shown().slice(0, 4), ["11......", "..11....", "....11..", "......11"]);
});

test("with a string the line lags behind and comes up when the pen is lifted", () => {
  store.set({ tool: "pencil", value: 1, stabilizer: 20 });
  strokes.start(at(0, 2));
  strokes.move([at(1, 2), at(5, 2)]);
  assert.deepEqual(shown()[2], "1111....", "a string of 20 CSS px is 2 px of the frame here");
  strokes.finish();
  assert.deepEqual(shown()[2], "111111..");
});

test("replace takes a fill also under its lines, and a line off the fill beneath it", () => {
  const map = Uint8Array.from("00000000" + "06666610" + "06616610" + "06616610" + "06666610" + "00000000");
  open(map);
  store.set({ tool: "replace", value: 0, replaceFrom: "6" });
  strokes.start(at(0, 0));
  strokes.move([at(7, 5)]);
  strokes.finish();
  assert.deepEqual(shown(), ["........", "......1.", "...1..1.", "...1..1.", "......1.", "........"]);
  assert.equal(store.doc.sheet.paint.get(3, 2), 0);
  store.set({ value: 6, replaceFrom: "start" });
  strokes.start(at(3, 2));
  strokes.move([at(4, 3)]);
  strokes.finish();
  assert.deepEqual(shown()[2], "...6..1.");
});

test("replacing by a line draws only on what is seen", () => {
  open(Uint8Array.from("66166666".repeat(6)));
  store.set({ tool: "replace", value: 2, replaceFrom: "6" });
  strokes.start(at(1, 0));
  strokes.move([at(3, 0)]);
  strokes.finish();
  assert.equal(shown()[0], "62126666");
});

test("Alt picks up, for the tool that has its own use of it", () => {
  open(Uint8Array.from("66166666".repeat(6)));
  store.set({ tool: "pencil", value: 1 });
  assert.equal(strokes.start(at(0, 0, { alt: true })), false);
  assert.equal(store.settings.value, 6);
  store.set({ tool: "replace" });
  strokes.start(at(2, 0, { alt: true }));
  assert.deepEqual([store.settings.replaceFrom, store.settings.value], ["1", 6]);
});

test("nobody draws on what may only be looked at", () => {
  store.doc.readOnly = true;
  store.set({ tool: "pencil", value: 1 });
  assert.equal(strokes.start(at(0, 0)), false);
});

test("a line with Shift leaves at the nearest multiple of 15 degrees, exactly along rows and columns", () => {
  const from = { x: 3.5, y: 2.5 };
  const point = (x, y) => {
    const found = snapped(from, { x, y });
    return [found.x, found.y].map((value) => Math.round(value * 1e6) / 1e6);
  };
  assert.deepEqual(point(13.5, 3), [13.5, 2.5]);
  assert.deepEqual(snapped(from, { x: 3, y: -7.5 }), { x: 3.5, y: -7.5 });
  assert.deepEqual(point(8.5, 6.5), [8, 7]);
  const tenth = 10 * Math.cos(Math.PI / 6);
  assert.deepEqual(point(3.5 + tenth, 7.5), [Math.round((3.5 + tenth) * 1e6) / 1e6, 7.5]);
});

test("a box holds the pixels under both of its corners, whichever way it is drawn", () => {
  const box = { x0: 2, y0: 1, x1: 6, y1: 4 };
  assert.deepEqual(boxBetween(at(2, 1), at(5, 3)), box);
  assert.deepEqual(boxBetween(at(5, 3), at(2, 1)), box);
  assert.deepEqual(boxBetween(at(5, 3), at(4, 0, { shift: true })), { x0: 2, y0: 0, x1: 6, y1: 4 });
});
