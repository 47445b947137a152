import assert from "node:assert/strict";
import { test } from "node:test";
import { curvePoints } from "../../static/editor/raster/curve.js";
import { localWidth, widthAcross } from "../../static/editor/raster/measure.js";
import { PulledString } from "../../static/editor/raster/stabilizer.js";
import { random } from "./helpers.mjs";

const at = (x, y) => ({ x, y });

/** The spline by its recursive definition (Barry and Goldman 1988): repeated mixing between knots. */
function recursive([p0, p1, p2, p3], share) {
  const t = [0];
  for (const [a, b] of [[p0, p1], [p1, p2], [p2, p3]]) t.push(t.at(-1) + Math.hypot(b.x - a.x, b.y - a.y) ** 0.5);
  const u = t[1] + (t[2] - t[1]) * share;
  const mix = (a, b, from, to) => at(
    ((to - u) * a.x + (u - from) * b.x) / (to - from),
    ((to - u) * a.y + (u - from) * b.y) / (to - from),
  );
  const [a1, a2, a3] = [mix(p0, p1, t[0], t[1]), mix(p1, p2, t[1], t[2]), mix(p2, p3, t[2], t[3])];
  return mix(mix(a1, a2, t[0], t[2]), mix(a2, a3, t[1], t[3]), t[1], t[2]);
}

test("a curve is the centripetal spline: each piece by its recursive definition", () => {
  const next = random(31);
  for (let i = 0; i < 50; i++) {
    const points = Array.from({ length: 4 }, () => at(next() * 300, next() * 300));
    const before = at(2 * points[0].x - points[1].x, 2 * points[0].y - points[1].y);
    const after = at(2 * points[3].x - points[2].x, 2 * points[3].y - points[2].y);
    const all = [before, ...points, after];
    const expected = [points[0]];
    for (let piece = 0; piece < 3; piece++) {
      const [a, b] = [points[piece], points[piece + 1]];
      const steps = Math.ceil(2 * Math.hypot(b.x - a.x, b.y - a.y));
      for (let k = 1; k <= steps; k++) expected.push(recursive(all.slice(piece, piece + 4), k / steps));
    }
    const drawn = curvePoints(points);
    assert.equal(drawn.length, expected.length);
    drawn.forEach((point, k) => assert.ok(Math.hypot(point.x - expected[k].x, point.y - expected[k].y) < 1e-6));
  }
});

test("through points in a row a curve is the straight line, in half-pixel steps", () => {
  const drawn = curvePoints([at(0, 5), at(4, 5), at(8, 5)]);
  assert.deepEqual(drawn.map(({ x }) => Math.round(x * 1e9) / 1e9), Array.from({ length: 17 }, (_, i) => i / 2));
  assert.ok(drawn.every(({ y }) => Math.abs(y - 5) < 1e-12));
});

test("two points are a line; repeated clicks count once", () => {
  assert.deepEqual(curvePoints([at(1, 1), at(9, 4)]), [at(1, 1), at(9, 4)]);
  assert.deepEqual(curvePoints([at(1, 1), at(1, 1)]), [at(1, 1)]);
  const points = [at(0, 0), at(10, 3), at(20, 0)];
  assert.deepEqual(curvePoints([points[0], points[0], points[1], points[1], points[2]]), curvePoints(points));
});

test("a closed curve ends where it begins and has no corner there", () => {
  const square = [at(10, 10), at(50, 10), at(50, 50), at(10, 50)];
  const drawn = curvePoints(square, true);
  assert.deepEqual(drawn.at(-1), square[0]);
  assert.deepEqual(curvePoints([...square, square[0]], true), drawn);
  const turn = (a, b, c) => Math.atan2(c.y - b.y, c.x - b.x) - Math.atan2(b.y - a.y, b.x - a.x);
  assert.ok(Math.abs(turn(drawn.at(-2), drawn[0], drawn[1])) < 0.1);
  const lowest = Math.min(...drawn.map(({ x }) => x));
  assert.ok(lowest < 10 && lowest > 0, "it bulges through the corners");
});

test("the string pulls its tip only when it is taut, straight towards the pen", () => {
  const string = new PulledString(at(0, 0), 5);
  assert.equal(string.follow(at(3, 0)), null);
  assert.equal(string.follow(at(0, 5)), null);
  assert.deepEqual(string.follow({ x: 10, y: 0, pressure: 0.4 }), { x: 5, y: 0, pressure: 0.4 });
  assert.deepEqual(string.follow(at(5, 10)), at(5, 5));
  assert.deepEqual(string.follow(at(11, 13)), at(8, 9));
  assert.deepEqual(string.catchUp(at(11, 13)), at(11, 13));
  assert.equal(string.catchUp(at(8, 9)), null);
});

test("a trembling hand draws a calmer line", () => {
  const next = random(32);
  const hand = Array.from({ length: 200 }, (_, i) => at(i * 2, 50 + (next() - 0.5) * 6));
  const drawn = (length) => {
    const string = new PulledString(hand[0], length);
    return hand.slice(1).map((point) => string.follow(point)).filter(Boolean);
  };
  const rough = (points) => points.reduce((sum, p, i) => sum + (i ? Math.abs(p.y - points[i - 1].y) : 0), 0);
  assert.ok(rough(drawn(20)) < rough(hand) / 4);
});

/** Pixels of columns 10 to 12: a vertical line 3 px wide. */
const upright = (x) => x >= 10 && x < 13;

test("across an upright line of 3 px: straight 3, slanted its slanted length", () => {
  const straight = widthAcross(upright, at(5.3, 7), at(20, 7));
  assert.ok(Math.abs(straight.width - 3) < 1e-9);
  assert.ok(Math.abs(straight.from.x - 10) < 1e-9 && Math.abs(straight.to.x - 13) < 1e-9);
  assert.ok(Math.abs(widthAcross(upright, at(5, 0), at(20, 15)).width - 3 * Math.SQRT2) < 1e-9);
  assert.ok(Math.abs(widthAcross(upright, at(20, 7), at(5, 7)).width - 3) < 1e-9, "also from the right");
});

test("a drag that misses, does not move, or ends inside", () => {
  assert.equal(widthAcross(upright, at(0, 0), at(9, 9)), null);
  assert.equal(widthAcross(upright, at(11, 5), at(11, 5)), null);
  assert.ok(Math.abs(widthAcross(upright, at(5, 5), at(11.5, 5)).width - 1.5) < 1e-9);
});

test("of several lines the widest counts", () => {
  const two = (x) => (x >= 4 && x < 6) || (x >= 10 && x < 17);
  const found = widthAcross(two, at(0, 3), at(30, 3));
  assert.ok(Math.abs(found.width - 7) < 1e-9 && Math.abs(found.from.x - 10) < 1e-9);
});

test("under the pointer: the shortest way across, wherever in the line it stands", () => {
  for (const x of [10.1, 11.5, 12.9]) assert.ok(Math.abs(localWidth(upright, at(x, 40.5)).width - 3) < 1e-9);
  assert.equal(localWidth(upright, at(9.9, 40.5)), null);
  const slanted = (x, y) => Math.abs(y - x) <= 4;
  const { width } = localWidth(slanted, at(50.5, 50.5));
  assert.ok(Math.abs(width - 9 / Math.SQRT2) <= Math.SQRT2, `${width}: nine rows high, across about 6.4 px wide`);
});

test("an area is no line", () => {
  assert.equal(localWidth(() => true, at(5, 5)), null);
  assert.equal(localWidth((x, y) => Math.hypot(x, y) < 80, at(0.5, 0.5)), null);
});
