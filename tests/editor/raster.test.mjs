import assert from "node:assert/strict";
import { test } from "node:test";
import { discOrigin, discRows } from "../../static/editor/raster/disc.js";
import { floodSpans } from "../../static/editor/raster/flood.js";
import { bresenham, strokeSpans } from "../../static/editor/raster/line.js";
import { polygonSpans } from "../../static/editor/raster/polygon.js";
import { map, random, rows } from "./helpers.mjs";

const SIZE = 48;

function draw(spans, width = SIZE, height = SIZE) {
  const out = new Uint8Array(width * height);
  spans((y, x0, x1) => {
    for (let x = Math.max(0, x0); x < Math.min(width, x1); x++) if (y >= 0 && y < height) out[y * width + x] = 1;
  });
  return out;
}

/** The disc by its definition: pixel centres no further than size / 2 from the centre of the box. */
function stamp(out, x, y, size) {
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const inside = Math.hypot(column + 0.5 - size / 2, row + 0.5 - size / 2) <= size / 2;
      const [px, py] = [x + column, y + row];
      if (inside && px >= 0 && py >= 0 && px < SIZE && py < SIZE) out[py * SIZE + px] = 1;
    }
  }
}

test("brushes of 1 to 5 px set exactly these pixels", () => {
  const shape = (size) => {
    const spans = discRows(size);
    return Array.from({ length: size }, (_, row) => ".".repeat(spans[2 * row]).padEnd(spans[2 * row + 1], "#").padEnd(size, "."));
  };
  assert.deepEqual(shape(1), ["#"]);
  assert.deepEqual(shape(2), ["##", "##"]);
  assert.deepEqual(shape(3), ["###", "###", "###"]);
  assert.deepEqual(shape(4), [".##.", "####", "####", ".##."]);
  assert.deepEqual(shape(5), [".###.", "#####", "#####", "#####", ".###."]);
});

test("odd brushes centre on the pixel under the pointer, even ones on the nearest corner", () => {
  assert.equal(discOrigin(10.9, 1), 10);
  assert.equal(discOrigin(10.1, 3), 9);
  assert.equal(discOrigin(10.4, 2), 9);
  assert.equal(discOrigin(10.6, 2), 10);
});

test("a stroke is the union of its discs, for any direction and width", () => {
  const next = random(1);
  for (let i = 0; i < 400; i++) {
    const size = 1 + Math.floor(next() * 17);
    const point = () => ({ x: next() * 60 - 6, y: next() * 60 - 6 });
    const [from, to] = [point(), point()];
    const expected = new Uint8Array(SIZE * SIZE);
    const ends = [from, to].flatMap(({ x, y }) => [discOrigin(x, size), discOrigin(y, size)]);
    bresenham(...ends, (x, y) => stamp(expected, x, y, size));
    assert.deepEqual(draw((emit) => strokeSpans(from, to, size, emit)), expected);
  }
});

test("a thin line has no gaps and one pixel a step", () => {
  const seen = [];
  bresenham(0, 0, 7, 3, (x, y) => seen.push([x, y]));
  assert.equal(seen.length, 8);
  for (let i = 1; i < seen.length; i++) {
    assert.ok(Math.max(Math.abs(seen[i][0] - seen[i - 1][0]), Math.abs(seen[i][1] - seen[i - 1][1])) === 1);
  }
});

function windingAt(points, x, y) {
  let winding = 0;
  for (let i = 0; i < points.length; i++) {
    const [a, b] = [points[i], points[(i + 1) % points.length]];
    if (a.y <= y !== b.y <= y && a.x + ((y - a.y) / (b.y - a.y)) * (b.x - a.x) <= x) winding += a.y < b.y ? 1 : -1;
  }
  return winding;
}

test("a lasso sets the pixels whose centres it winds round", () => {
  const next = random(2);
  for (let i = 0; i < 200; i++) {
    const points = Array.from({ length: 3 + Math.floor(next() * 9) }, () => ({ x: next() * 60 - 6, y: next() * 60 - 6 }));
    const expected = new Uint8Array(SIZE * SIZE);
    for (let p = 0; p < expected.length; p++) expected[p] = windingAt(points, (p % SIZE) + 0.5, Math.floor(p / SIZE) + 0.5) ? 1 : 0;
    assert.deepEqual(draw((emit) => polygonSpans(points, { width: SIZE, height: SIZE }, emit)), expected);
  }
});

test("a square lasso over whole pixels fills them exactly; fewer than three points fill nothing", () => {
  const square = [[2, 2], [6, 2], [6, 5], [2, 5]].map(([x, y]) => ({ x, y }));
  const out = draw((emit) => polygonSpans(square, { width: SIZE, height: SIZE }, emit));
  assert.equal(out.reduce((a, b) => a + b), 12);
  assert.equal(draw((emit) => polygonSpans(square.slice(0, 2), { width: SIZE, height: SIZE }, emit)).some(Boolean), false);
});

function fill(values, width, seed) {
  const out = values.slice();
  const height = values.length / width;
  const wanted = values[seed.y * width + seed.x];
  const spans = floodSpans(width, height, seed, (index) => values[index] === wanted);
  for (let i = 0; i < spans.length; i += 3) out.fill(7, spans[i] * width + spans[i + 1], spans[i] * width + spans[i + 2]);
  return rows(out, width);
}

test("a flood stays inside closed lines and does not leak through diagonals", () => {
  const values = map("......", ".1111.", ".1..1.", ".11.1.", "...11.", "......");
  assert.deepEqual(fill(values, 6, { x: 2, y: 2 }), ["......", ".1111.", ".1771.", ".1171.", "...11.", "......"]);
});

test("a flood finds the same region as a plain search", () => {
  const next = random(3);
  for (let i = 0; i < 100; i++) {
    const values = Uint8Array.from({ length: 400 }, () => (next() < 0.42 ? 1 : 0));
    const seed = { x: Math.floor(next() * 20), y: Math.floor(next() * 20) };
    const out = values.slice();
    const open = [seed.y * 20 + seed.x];
    const wanted = values[open[0]];
    while (open.length) {
      const at = open.pop();
      if (out[at] !== wanted) continue;
      out[at] = 7;
      if (at % 20 > 0) open.push(at - 1);
      if (at % 20 < 19) open.push(at + 1);
      if (at >= 20) open.push(at - 20);
      if (at < 380) open.push(at + 20);
    }
    assert.deepEqual(fill(values, 20, seed), rows(out, 20));
  }
});
