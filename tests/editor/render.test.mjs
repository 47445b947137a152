import assert from "node:assert/strict";
import { test } from "node:test";
import { Dirty } from "../../static/editor/render/dirty.js";
import { colorAt } from "../../static/editor/render/look.js";
import { Pyramid } from "../../static/editor/render/pyramid.js";
import { shiftBetween, uncovered } from "../../static/editor/render/shift.js";
import { random } from "./helpers.mjs";

const rect = (x0, y0, x1, y1) => ({ x0, y0, x1, y1 });
const area = ({ x0, y0, x1, y1 }) => (x1 - x0) * (y1 - y0);

test("near changes are drawn as one, distant ones apart", () => {
  const dirty = new Dirty();
  dirty.add(rect(0, 0, 10, 10));
  dirty.add(rect(8, 0, 20, 10));
  dirty.add(rect(500, 500, 510, 510));
  assert.deepEqual(dirty.take(), [rect(0, 0, 20, 10), rect(500, 500, 510, 510)]);
  assert.ok(dirty.empty);
});

test("a long diagonal stroke does not dirty the square around it", () => {
  const dirty = new Dirty();
  for (let i = 0; i < 60; i++) dirty.add(rect(i * 30, i * 18, i * 30 + 40, i * 18 + 30));
  const drawn = dirty.take().reduce((sum, one) => sum + area(one), 0);
  assert.ok(drawn < 0.5 * 1810 * 1092, String(drawn));
});

test("whatever is added is covered, in few rectangles", () => {
  const next = random(41);
  const dirty = new Dirty();
  const added = Array.from({ length: 200 }, () => {
    const [x, y] = [Math.floor(next() * 4000), Math.floor(next() * 4000)];
    return rect(x, y, x + 1 + Math.floor(next() * 90), y + 1 + Math.floor(next() * 90));
  });
  added.forEach((one) => dirty.add(one));
  const taken = dirty.take();
  assert.ok(taken.length <= 16);
  for (const one of added) {
    assert.ok(taken.some((all) => all.x0 <= one.x0 && all.y0 <= one.y0 && all.x1 >= one.x1 && all.y1 >= one.y1));
  }
});

const matrix = (more) => ({ a: 2, b: 0, c: 0, d: 2, e: 10, f: 20, ...more });

test("a view moved by whole pixels is pushed, one scaled, turned or moved by parts is drawn anew", () => {
  assert.deepEqual(shiftBetween(matrix(), matrix({ e: 3, f: 25 })), { x: -7, y: 5 });
  assert.equal(shiftBetween(matrix(), matrix({ e: 3.5 })), null);
  assert.equal(shiftBetween(matrix(), matrix({ a: 2.1, d: 2.1 })), null);
  assert.equal(shiftBetween(matrix(), matrix({ b: 0.1 })), null);
  assert.equal(shiftBetween(null, matrix()), null);
});

test("a push uncovers the edges it leaves, and all when it leaves the screen", () => {
  assert.deepEqual(uncovered({ x: 0, y: 0 }, 100, 50), []);
  assert.deepEqual(uncovered({ x: -7, y: 5 }, 100, 50), [rect(93, 0, 100, 50), rect(0, 0, 100, 5)]);
  for (const shift of [{ x: 9, y: -4 }, { x: -130, y: 2 }, { x: 3, y: 80 }]) {
    const rects = uncovered(shift, 100, 50);
    for (let y = 0; y < 50; y++) {
      for (let x = 0; x < 100; x++) {
        const came = x - shift.x >= 0 && x - shift.x < 100 && y - shift.y >= 0 && y - shift.y < 50;
        const drawn = rects.some((one) => x >= one.x0 && x < one.x1 && y >= one.y0 && y < one.y1);
        assert.ok(came || drawn);
      }
    }
  }
});

test("the picture is the smallest that the view does not blow up, made only when looked at", () => {
  const made = [];
  const makeCanvas = (width, height) => {
    const canvas = { width, height, getContext: () => ({ drawImage: (...call) => made.push([width, height, ...call.slice(3)]) }) };
    return canvas;
  };
  const pyramid = new Pyramid({ width: 101, height: 60 }, makeCanvas);
  for (const scale of [32, 1, 0.51]) assert.equal(pyramid.at(scale).share, 1);
  assert.deepEqual(made, []);
  assert.equal(pyramid.at(0.5).share, 0.5);
  assert.equal(pyramid.at(0.3).share, 0.5);
  assert.equal(pyramid.at(0.25).share, 0.25);
  assert.deepEqual(made, [[51, 30, 50.5, 30], [26, 15, 25.5, 15]]);
  const { picture } = pyramid.at(0.25);
  pyramid.close();
  assert.deepEqual([picture.width, picture.height], [0, 0]);
  assert.equal(pyramid.at(1).picture, pyramid.image);
});

test("each view colours a pixel by the labels, the draft or both", () => {
  const kind = { name: "cel", entries: [{ value: 0, color: "#000000", class_index: 0 }, { value: 1, color: "#FFFFFF", class_index: 1 }] };
  const doc = { kind, sheet: { values: Uint8Array.of(0, 1, 1, 0) }, draft: Uint8Array.of(0, 1, 0, 1) };
  const shown = (view, classes) => [0, 1, 2, 3].map(colorAt(doc, { view, opacity: 1 }, classes));
  const cel = shown("labels")[1];
  assert.deepEqual(shown("labels"), [0, cel, cel, 0]);
  assert.deepEqual(shown("draft"), [0, cel, 0, cel]);
  assert.equal(new Set(shown("difference")).size, 4);
  assert.deepEqual(shown("labels", { hidden: [1] }), [0, 0, 0, 0]);
});
