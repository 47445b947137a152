import assert from "node:assert/strict";
import { test } from "node:test";
import { connectedRuns, RUN } from "../../static/editor/raster/runs.js";
import { Tally } from "../../static/editor/tally.js";
import { uncertainPlaces, unsureLevel } from "../../static/editor/uncertain.js";
import { map, random } from "./helpers.mjs";

function areasOf(values, width) {
  const { runs, count } = connectedRuns(width, values.length / width, (index) => values[index] > 0);
  const areas = new Int32Array(values.length).fill(-1);
  for (let at = 0; at < runs.length; at += RUN) areas.fill(runs[at + 3], runs[at] * width + runs[at + 1], runs[at] * width + runs[at + 2]);
  return { areas: [...areas], count };
}

/** Areas by their definition: spread to all eight neighbours, one pixel at a time. */
function spread(values, width) {
  const areas = new Int32Array(values.length).fill(-1);
  let count = 0;
  const visit = (index) => {
    const stack = [index];
    while (stack.length) {
      const at = stack.pop();
      if (!values[at] || areas[at] >= 0) continue;
      areas[at] = count;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          const x = (at % width) + dx;
          if (x >= 0 && x < width) stack.push(at + dy * width + dx);
        }
      }
    }
  };
  values.forEach((value, index) => {
    if (!value || areas[index] >= 0) return;
    visit(index);
    count++;
  });
  return { areas: [...areas], count };
}

test("areas hang together over corners and are found in two passes", () => {
  const values = map("1.1..1", "1.1.1.", "111...", ".....1");
  assert.deepEqual(areasOf(values, 6), spread(values, 6));
  assert.equal(areasOf(values, 6).count, 3);
});

test("areas of random maps are those found by spreading", () => {
  const next = random(7);
  for (let trial = 0; trial < 60; trial++) {
    const width = 1 + Math.floor(next() * 24);
    const height = 1 + Math.floor(next() * 24);
    const share = next();
    const values = Uint8Array.from({ length: width * height }, () => (next() < share ? 1 : 0));
    assert.deepEqual(areasOf(values, width), spread(values, width));
  }
});

test("counts are those of a full count after any change, tile by tile", () => {
  const next = random(3);
  const sheet = { width: 150, height: 131, values: Uint8Array.from({ length: 150 * 131 }, () => Math.floor(next() * 20)) };
  const tally = new Tally(sheet);
  assert.ok(!tally.exact);
  while (!tally.work());
  for (let round = 0; round < 20; round++) {
    const at = Math.floor(next() * sheet.values.length);
    sheet.values[at] = 255;
    tally.changed([Math.floor(at / 150 / 64) * 3 + Math.floor((at % 150) / 64)]);
    tally.work();
  }
  const full = new Uint32Array(256);
  for (const value of sheet.values) full[value]++;
  assert.deepEqual(tally.counts, full);
});

test("counting stops when its time is up and goes on later", () => {
  const tally = new Tally({ width: 64 * 8, height: 64, values: new Uint8Array(64 * 64 * 8) });
  let time = 0;
  const turns = () => tally.work({ now: () => time++, budget: 2 });
  assert.equal(turns(), false);
  let count = 1;
  while (!turns()) count++;
  assert.ok(count > 1);
  assert.equal(tally.counts[0], 64 * 64 * 8);
});

function entropyMap(width, height, spots) {
  const entropy = new Uint8Array(width * height);
  for (const { x0, y0, x1, y1, level } of spots) {
    for (let y = y0; y < y1; y++) entropy.fill(level, y * width + x0, y * width + x1);
  }
  return { entropy, width, height };
}

test("uncertain places come with the most uncertainty first", () => {
  const small = { x0: 10, y0: 10, x1: 14, y1: 14, level: 250 };
  const large = { x0: 60, y0: 20, x1: 70, y1: 30, level: 140 };
  const places = uncertainPlaces(entropyMap(120, 90, [small, large]));
  assert.deepEqual(places.map(({ x, y, sum, pixels }) => ({ x, y, sum, pixels })), [
    { x: 65, y: 25, sum: 14000, pixels: 100 },
    { x: 12, y: 12, sum: 4000, pixels: 16 },
  ]);
});

test("an outline all round the frame is several places, none larger than a sixth of it", () => {
  const band = { x0: 0, y0: 40, x1: 600, y1: 44, level: 200 };
  const places = uncertainPlaces(entropyMap(600, 300, [band]));
  assert.ok(places.length >= 6);
  for (const { x0, x1 } of places) assert.ok(x1 - x0 <= 100);
  assert.ok(places.reduce((sum, place) => sum + place.pixels, 0) >= 0.9 * 2400);
});

test("a sure model has no uncertain places, a hardly unsure one has its worst", () => {
  assert.deepEqual(uncertainPlaces(entropyMap(40, 40, [{ x0: 0, y0: 0, x1: 40, y1: 40, level: 10 }])), []);
  assert.equal(unsureLevel(Uint8Array.of(0, 80)), 40);
  assert.equal(unsureLevel(Uint8Array.of(0, 255)), 128);
});
