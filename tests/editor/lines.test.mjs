import assert from "node:assert/strict";
import { test } from "node:test";
import { aroundOffsets, framePoint, lineGrid } from "../../static/editor/lines/grid.js";
import { isCurrent, joinAt, pixelsOf, segmentAt } from "../../static/editor/lines/hit.js";
import { redrawLines } from "../../static/editor/lines/redraw.js";
import { segmentMap, traceLines } from "../../static/editor/lines/segments.js";
import { joinsUnder, targetAt } from "../../static/editor/lines/tap.js";
import { thin } from "../../static/editor/lines/thin.js";
import { widthAcross } from "../../static/editor/lines/width.js";
import { strokeSpans } from "../../static/editor/raster/line.js";
import { map, random, rows } from "./helpers.mjs";

/** Values 1 to 5 are lines here, as in the douga. */
const isLine = Uint8Array.from({ length: 256 }, (_, value) => Number(value >= 1 && value <= 5));

function gridOf(...text) {
  return lineGrid(map(...text), text[0].length, text.length, isLine);
}

function thinned(...text) {
  const grid = gridOf(...text);
  const skeleton = thin(grid);
  const flat = new Uint8Array(grid.width * grid.height);
  for (const at of grid.ink) {
    const { x, y } = framePoint(grid, at);
    flat[y * grid.width + x] = skeleton[at];
  }
  return rows(flat, grid.width);
}

/** Segments as letters, in the order they are numbered. */
function lettered(...text) {
  const width = text[0].length;
  const { ids } = segmentMap({ values: map(...text), width, height: text.length, isLine });
  const letters = [...ids].map((id) => (id ? String.fromCharCode(96 + id) : "."));
  return text.map((_, y) => letters.slice(y * width, (y + 1) * width).join(""));
}

function mapOf(...text) {
  return segmentMap({ values: map(...text), width: text[0].length, height: text.length, isLine });
}

test("a bar of 3 px thins to its middle, a line of 1 px stays as it is", () => {
  assert.deepEqual(thinned(".........", ".1111111.", ".1111111.", ".1111111.", "........."), [
    ".........",
    ".........",
    "..11111..",
    ".........",
    ".........",
  ]);
  const stairs = ["1....", ".11..", "...1.", "...1.", "....1"];
  assert.deepEqual(thinned(...stairs), stairs);
});

test("each stored value is thinned by itself; ignore and fills are no lines", () => {
  assert.deepEqual(thinned("1111222", "1111222", "1111222", "6666666"), [".......", ".11..2.", ".......", "......."]);
});

test("a skeleton hangs together as its lines do and is one pixel wide", () => {
  const next = random(5);
  for (let i = 0; i < 60; i++) {
    const values = scribble(next, 64, 64, 1 + Math.floor(next() * 9), 1);
    const grid = lineGrid(values, 64, 64, isLine);
    const skeleton = thin(grid);
    assert.equal(parts(skeleton, grid), parts(grid.cells, grid));
    for (const at of grid.ink) assert.ok(!isBlock(skeleton, at, grid), "a block of three by three is left");
  }
});

/** A few random strokes. */
function scribble(next, width, height, size, value) {
  const values = new Uint8Array(width * height);
  for (let stroke = 0; stroke < 3; stroke++) {
    const point = () => ({ x: next() * width, y: next() * height });
    strokeSpans(point(), point(), size, (y, x0, x1) => {
      const [from, to] = [Math.max(0, x0), Math.min(width, x1)];
      if (y >= 0 && y < height && from < to) values.fill(value, y * width + from, y * width + to);
    });
  }
  return values;
}

/** Number of sets that touch by sides or corners. */
function parts(cells, { ink, around }) {
  const seen = new Set();
  let count = 0;
  for (const start of ink) {
    if (!cells[start] || seen.has(start)) continue;
    count += 1;
    const open = [start];
    while (open.length) {
      const at = open.pop();
      if (seen.has(at)) continue;
      seen.add(at);
      for (const offset of around) if (cells[at + offset] === cells[at]) open.push(at + offset);
    }
  }
  return count;
}

function isBlock(cells, at, { around }) {
  return cells[at] && [...around].every((offset) => cells[at + offset]);
}

test("neighbours are counted clockwise from above", () => {
  assert.deepEqual([...aroundOffsets(10)], [-10, -9, 1, 11, 10, 9, -1, -11]);
});

test("a crossing is four segments, a T three; the junction's pixel goes to one of them", () => {
  assert.deepEqual(lettered("...1...", "...1...", "...1...", "1111111", "...1...", "...1..."), [
    "...a...",
    "...a...",
    "...a...",
    "bbbaccc",
    "...d...",
    "...d...",
  ]);
  assert.deepEqual(lettered("1111111", "...1...", "...1...", "...1..."), ["aaaabbb", "...c...", "...c...", "...c..."]);
});

test("a line is cut where its class changes, and each part has its own pixels", () => {
  assert.deepEqual(lettered("111222111"), ["aaabbbccc"]);
  const { values, starts, pixels } = mapOf("111222111");
  assert.deepEqual([...values], [1, 2, 1]);
  assert.deepEqual([...starts], [0, 3, 6, 9]);
  assert.deepEqual([...pixels], [0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("steps of a staircase and corners are no junctions; a ring is one segment", () => {
  assert.deepEqual(lettered("11...", ".11..", "..11.", "...11"), ["aa...", ".aa..", "..aa.", "...aa"]);
  assert.deepEqual(lettered("11111", "1...1", "1...1", "11111"), ["aaaaa", "a...a", "a...a", "aaaaa"]);
});

test("a thick line has no spurs at its corners, and every pixel of it is in its segment", () => {
  const bar = [".........", ...Array(5).fill(".1111111."), "........."];
  assert.deepEqual(lettered(...bar), bar.map((row) => row.replaceAll("1", "a")));
});

test("thick crossing strokes are four segments", () => {
  const values = new Uint8Array(80 * 80);
  const draw = (from, to) => strokeSpans(from, to, 7, (y, x0, x1) => values.fill(1, y * 80 + x0, y * 80 + x1));
  draw({ x: 10, y: 12 }, { x: 70, y: 66 });
  draw({ x: 68, y: 10 }, { x: 14, y: 70 });
  const { values: found, starts } = segmentMap({ values, width: 80, height: 80, isLine });
  const sizes = [...found].map((_, k) => starts[k + 1] - starts[k]).filter((size) => size > 7);
  assert.equal(sizes.length, 4);
});

test("blots and dots are segments, too: no line pixel is without one", () => {
  const next = random(6);
  for (let i = 0; i < 40; i++) {
    const values = Uint8Array.from({ length: 900 }, () => (next() < 0.55 ? 1 + Math.floor(next() * 3) : 0));
    const found = segmentMap({ values, width: 30, height: 30, isLine });
    values.forEach((value, at) => {
      assert.equal(found.ids[at] > 0, value > 0);
      if (value) assert.equal(found.values[found.ids[at] - 1], value);
    });
    assert.deepEqual([...found.pixels].sort((a, b) => a - b), [...values.keys()].filter((at) => values[at]));
    for (let k = 0; k < found.values.length; k++) {
      for (const at of pixelsOf(found, k)) assert.equal(found.ids[at], k + 1);
    }
  }
});

test("width is measured straight across, in px", () => {
  for (const size of [1, 2, 3, 4, 6, 9]) {
    const rowsOfLine = Array.from({ length: 15 }, (_, y) => (y >= 3 && y < 3 + size ? "1" : ".").repeat(40));
    const { grid, chains } = traceLines(map(...rowsOfLine), 40, 15, isLine);
    const middle = chains[0].pixels[Math.floor(chains[0].pixels.length / 2)];
    assert.equal(widthAcross(grid, middle), size);
  }
});

test("a slanting stroke's mean width is its brush's, within a pixel", () => {
  for (const size of [2, 3, 5, 8]) {
    const values = new Uint8Array(100 * 100);
    strokeSpans({ x: 12, y: 20 }, { x: 88, y: 71 }, size, (y, x0, x1) => values.fill(1, y * 100 + x0, y * 100 + x1));
    const { widths } = segmentMap({ values, width: 100, height: 100, isLine });
    assert.equal(widths.length, 1);
    assert.ok(Math.abs(widths[0] - size) <= 1, `${widths[0]} for ${size}`);
  }
});

const GAP = ["....................", ".111111....1111111..", "....................", "...................."];

test("two ends that face each other are an opening of so many px, closed with their width", () => {
  const { joins } = mapOf(...GAP);
  assert.equal(joins.length, 1);
  const [{ from, to, gap, size, value, meets }] = joins;
  assert.deepEqual({ from, to }, { from: { x: 6.5, y: 1.5 }, to: { x: 11.5, y: 1.5 } });
  assert.deepEqual({ gap, size, value, meets }, { gap: 4, size: 1, value: 1, meets: "end" });
});

test("ends of other classes, ends side by side and ends with a line between are not joined", () => {
  assert.deepEqual(mapOf("..................", ".111111....222222.", "..................").joins.filter((join) => join.meets === "end"), []);
  const parallel = ["............", ".11111111...", "............", "............", ".11111111...", "............"];
  assert.deepEqual(joinsUnder(mapOf(...parallel), 32), []);
  const wall = [".........3..........", ".111111..3.1111111..", ".........3..........", ".........3.........."];
  assert.deepEqual(joinsUnder(mapOf(...wall), 32), []);
});

test("each end is joined once, with the end it most likely goes on to", () => {
  const { joins } = mapOf(
    "....................",
    ".111111...1111111...",
    "....................",
    "...........11111111.",
    "....................",
  );
  assert.deepEqual(joinsUnder({ joins }, 32).map(({ to }) => to), [{ x: 10.5, y: 1.5 }]);
});

test("an end looks for a line ahead; one that touches another class has met it", () => {
  const { joins } = mapOf("......................3.", ".................1....3.", ".1111111111111111.....3.", "......................3.");
  assert.deepEqual(joins.map(({ meets }) => meets), ["line"]);
  const touching = mapOf("..........3...", "..........3...", ".1111111113...", "..........3...", "..........3...");
  assert.deepEqual(touching.joins, []);
});

test("a line that leaves the frame does not end there", () => {
  const inside = traceLines(map(...Array(7).fill(".".repeat(14)).with(3, "11111111......")), 14, 7, isLine);
  assert.deepEqual(inside.ends.map(({ x, y, ways, free }) => [x, y, ways[0].dx, free]), [[0.5, 3.5, -1, false], [7.5, 3.5, 1, true]]);
});

const OVERSHOT = [
  "..............",
  ".......1......",
  ".......1......",
  ".......1......",
  "11111111111111",
  ".......1......",
  ".......1......",
  ".......1......",
  ".......1......",
  ".......1......",
  ".......1......",
  ".......1......",
  ".......1......",
];

test("what sticks out past a junction by little is an overshoot, and its pixels are not the other line's", () => {
  const { overshoots } = mapOf(...OVERSHOT);
  assert.equal(overshoots.length, 1);
  assert.deepEqual([...overshoots[0].pixels], [21, 35, 49]);
});

test("trimming a thick overshoot leaves the body of the line it crossed", () => {
  const values = new Uint8Array(60 * 60);
  for (let y = 30; y < 35; y++) values.fill(1, y * 60 + 4, y * 60 + 56);
  for (let y = 25; y < 56; y++) values.fill(1, y * 60 + 28, y * 60 + 31);
  const { overshoots } = segmentMap({ values, width: 60, height: 60, isLine });
  assert.equal(overshoots.length, 1);
  const trimmed = new Set([...overshoots[0].pixels].map((at) => Math.floor(at / 60)));
  assert.deepEqual([...trimmed].sort((a, b) => a - b), [25, 26, 27, 28, 29]);
  assert.equal(overshoots[0].pixels.length, 15);
});

test("the pen takes the segment under it, else the nearest in reach", () => {
  const size = { width: 20, height: 4 };
  const found = mapOf(...GAP);
  assert.deepEqual(segmentAt(found, size, { x: 3.2, y: 1.9 }, 3), { segment: 0, away: 0 });
  assert.deepEqual(segmentAt(found, size, { x: 12.5, y: 3.5 }, 3), { segment: 1, away: 2 });
  assert.equal(segmentAt(found, size, { x: 12.5, y: 3.5 }, 1.5), null);
  assert.equal(segmentAt(found, size, { x: -9, y: 90 }, 3), null);
});

test("between two ends the pen takes the opening, on a line the line; in trim mode overshoots only", () => {
  const size = { width: 20, height: 4 };
  const found = mapOf(...GAP);
  const mode = { trim: false, reach: 16 };
  assert.equal(targetAt(found, size, { x: 9, y: 2, unit: 0.5 }, mode).join.gap, 4);
  assert.deepEqual(targetAt(found, size, { x: 6.5, y: 1.5, unit: 0.5 }, mode), { segment: 0 });
  assert.equal(joinAt(found.joins, { x: 9, y: 30 }, 5), null);
  assert.equal(targetAt(found, size, { x: 9, y: 2, unit: 0.1 }, { trim: false, reach: 3 }), null);
  assert.equal(targetAt(found, size, { x: 6.5, y: 1.5, unit: 0.5 }, { trim: true, reach: 16 }), null);
  const crossed = mapOf(...OVERSHOT);
  const overshoot = targetAt(crossed, { width: 14, height: 13 }, { x: 7.5, y: 1.5, unit: 0.2 }, { trim: true, reach: 16 });
  assert.deepEqual([...overshoot.overshoot.pixels], [21, 35, 49]);
});

test("a segment that lost a pixel or changed its class is out of date", () => {
  const values = map("111222");
  const found = segmentMap({ values, width: 6, height: 1, isLine });
  assert.ok(isCurrent(found, 0, values));
  values[4] = 3;
  assert.ok(isCurrent(found, 0, values));
  assert.ok(!isCurrent(found, 1, values));
});

test("lines redrawn at 1 px lie in the middle of what they were, each in its value", () => {
  const text = ["............", ".1111122222.", ".1111122222.", ".1111122222.", "............"];
  const { cleared, drawn } = redrawLines({ values: map(...text), width: 12, height: 5, isLine, size: 1 });
  const after = map(...text);
  for (const at of cleared) after[at] = 0;
  for (const { value, pixels } of drawn) for (const at of pixels) after[at] = value;
  const lines = rows(after, 12);
  assert.deepEqual([lines[1], lines[3]], ["............", "............"]);
  assert.equal(lines[2], ".1111122222.");
});

test("lines of 1 px redrawn at 3 px grow by one on each side; fills stay", () => {
  const text = ["666666666", "666666666", "611111116", "666666666", "666666666"];
  const { cleared, drawn } = redrawLines({ values: map(...text), width: 9, height: 5, isLine, size: 3 });
  assert.equal(cleared.length, 0);
  assert.deepEqual(drawn.map(({ value }) => value), [1]);
  assert.deepEqual([...new Set([...drawn[0].pixels].map((at) => Math.floor(at / 9)))].sort(), [1, 2, 3]);
});
