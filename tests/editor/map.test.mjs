import assert from "node:assert/strict";
import { test } from "node:test";
import { Choice, wayOf } from "../../static/map/choice.js";
import { dimmed, nameColors, packed, painted, rangeOf, rampColor } from "../../static/map/colors.js";
import { boundsOf, insideOf, nearestPoint, pointsInside, thinnedOutline, View } from "../../static/map/geometry.js";
import { drawPoints, pointSide } from "../../static/map/plot.js";
import { firstStep, unpackPoints, unpackValues } from "../../static/map/points.js";
import { random } from "./helpers.mjs";

const corners = (...pairs) => pairs.map(([x, y]) => ({ x, y }));
const SQUARE = corners([0, 0], [4, 0], [4, 4], [0, 4]);

test("inside a square, turned either way", () => {
  for (const outline of [SQUARE, [...SQUARE].reverse()]) {
    const inside = insideOf(outline);
    assert.deepEqual([inside(2, 2), inside(0.1, 3.9), inside(-1, 2), inside(2, 5), inside(4.1, 2)], [true, true, false, false, false]);
  }
  assert.equal(insideOf(SQUARE.slice(0, 2))(1, 0), false);
});

test("inside a bay and a shape that crosses itself", () => {
  const bay = insideOf(corners([0, 0], [6, 0], [6, 4], [4, 4], [4, 2], [2, 2], [2, 4], [0, 4]));
  assert.deepEqual([bay(1, 3), bay(3, 3), bay(5, 3), bay(3, 1)], [true, false, true, true]);
  const twice = insideOf([...SQUARE, ...corners([0, 0], [3, 0], [3, 3], [0, 3])]);
  assert.deepEqual([twice(1, 1), twice(3.5, 3.5)], [true, true], "gone round twice is inside");
  const star = insideOf(corners([5, 0], [8, 9], [0, 3], [10, 3], [2, 9]));
  assert.equal(star(5, 5), true, "the middle of a star");
});

test("bands change nothing: many outlines against the plain rule", () => {
  const next = random(7);
  const plain = (outline, x, y) => {
    let winding = 0;
    outline.forEach((a, i) => {
      const b = outline[(i + 1) % outline.length];
      const crosses = (from, to) => from.y <= y && y < to.y && from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x) > x;
      winding += Number(crosses(a, b)) - Number(crosses(b, a));
    });
    return winding !== 0;
  };
  for (let round = 0; round < 30; round++) {
    const outline = Array.from({ length: 3 + (round % 9) }, () => ({ x: next(), y: next() }));
    const inside = insideOf(outline);
    for (let i = 0; i < 200; i++) {
      const [x, y] = [next() * 1.2 - 0.1, next() * 1.2 - 0.1];
      assert.equal(inside(x, y), plain(outline, x, y));
    }
  }
});

test("a lasso finds its points, a click the nearest in reach", () => {
  const xs = Float32Array.of(1, 5, 3, 2);
  const ys = Float32Array.of(1, 1, 3, 9);
  assert.deepEqual(pointsInside(xs, ys, SQUARE), [0, 2]);
  assert.equal(nearestPoint(xs, ys, 2.5, 2.5, 1), 2);
  assert.equal(nearestPoint(xs, ys, 2.5, 2.5, 0.5), -1);
  assert.deepEqual(thinnedOutline(corners([0, 0], [1, 0], [2, 0], [2, 2]), 1.5), corners([0, 0], [2, 0], [2, 2]));
});

test("a view shows all, keeps what is under the pointer, and knows nothing of empty maps", () => {
  const view = View.fitting({ x0: 0, y0: 0, x1: 10, y1: 5 }, 148, 248, 24);
  assert.equal(view.scale, 10);
  const rounded = ({ x, y }) => [Math.round(1e6 * x) / 1e6, Math.round(1e6 * y) / 1e6];
  assert.deepEqual(rounded(view.toScreen(0, 0)), [24, 149]);
  assert.deepEqual(rounded(view.toScreen(10, 5)), [124, 99]);
  const nearer = view.zoomed(4, 124, 99);
  assert.deepEqual(rounded(nearer.toMap(124, 99)), [10, 5]);
  assert.deepEqual(rounded(nearer.panned(40, 0).toMap(164, 99)), [10, 5]);
  assert.deepEqual(boundsOf(Float32Array.of(3, -1), Float32Array.of(2, 7)), { x0: -1, y0: 2, x1: 3, y1: 7 });
  assert.ok(Number.isFinite(View.fitting(boundsOf([], []), 0, 0).scale));
  assert.ok(Number.isFinite(View.fitting(boundsOf([4], [4]), 100, 100).scale));
});

test("numbers along the ramp, outliers at its end, names apart, grey without a value", () => {
  const values = Float32Array.from({ length: 101 }, (_, i) => i);
  values[100] = 1e6;
  assert.deepEqual(rangeOf(values), { low: 2, high: 98 });
  assert.equal(rangeOf(Float32Array.of(NaN)), null);
  const look = painted({ form: "number", names: [] }, Float32Array.of(0, 10, NaN));
  assert.equal(look.colors[0], packed(rampColor(0)));
  assert.equal(look.colors[1], packed(rampColor(1)));
  assert.equal(look.unknown, 1);
  const named = { form: "names", names: ["a", "b"] };
  const byName = painted(named, Float32Array.of(1, 1, NaN, 0));
  assert.deepEqual([byName.counts, byName.unknown], [[1, 2], 1]);
  assert.equal(byName.colors[0], packed(nameColors(named)[1]));
  assert.equal(packed("#102030"), 0xff302010);
  assert.equal(dimmed(0xff804020), 0xff201008);
});

test("points are drawn where they are, the chosen last and the others dim", () => {
  const image = { data32: new Uint32Array(25), width: 5, height: 5 };
  const points = { xs: Float32Array.of(1, 1, 3, 9), ys: Float32Array.of(-1, -1, -2, 0) };
  const colors = Uint32Array.of(0xff000040, 0xff000080, 0xff0000c0, 1);
  drawPoints(image, points, new View(1, 0, 0), { colors, marks: Uint8Array.of(1, 0, 0, 0), side: 1, step: 1 });
  const at = (x, y) => image.data32[5 * y + x];
  assert.equal(at(1, 1), 0xff000040);
  assert.equal(at(3, 2), dimmed(0xff0000c0));
  assert.ok(pointSide(1_000_000, 1, 1) < pointSide(50, 1, 1));
  assert.ok(pointSide(50, 16, 1) > pointSide(50, 1, 1));
});

test("chosen frames: new, added, taken out, in pages", () => {
  const choice = new Choice(6);
  choice.change([1, 3, 3], "new");
  choice.change([4], "add");
  choice.change([3, 0], "remove");
  assert.deepEqual([choice.places(), choice.count], [[1, 4], 2]);
  assert.deepEqual(choice.places(1, 5), [4]);
  choice.change([5], "new");
  assert.deepEqual([choice.places(), choice.count], [[5], 1]);
  assert.deepEqual([{ shiftKey: true }, { altKey: true, shiftKey: true }, {}].map(wayOf), ["add", "remove", "new"]);
});

test("what the server packs is unpacked, and what does not fit is told", () => {
  const buffer = new ArrayBuffer(24);
  new Uint32Array(buffer, 0, 2).set([7, 9]);
  new Float32Array(buffer, 8, 4).set([1, 2, 3, 4]);
  const { ids, xs, ys } = unpackPoints(buffer);
  assert.deepEqual([[...ids], [...xs], [...ys]], [[7, 9], [1, 2], [3, 4]]);
  assert.equal(unpackPoints(new ArrayBuffer(0)).ids.length, 0);
  assert.throws(() => unpackPoints(new ArrayBuffer(13)), /Load the page again/);
  assert.throws(() => unpackValues(new ArrayBuffer(4), 2), /Frames were added/);
});

test("of very many points twenty thousand are shown first, of fewer all at once", () => {
  assert.deepEqual([0, 20_000, 100_000].map(firstStep), [1, 1, 1]);
  assert.equal(firstStep(100_001), 6);
  assert.equal(firstStep(1_000_000), 50);
});
