import assert from "node:assert/strict";
import { test } from "node:test";
import { imageRegions, labelRegions, trappedBall } from "../../static/editor/regions/build.js";
import { labelParts } from "../../static/editor/regions/components.js";
import { flatAreas } from "../../static/editor/regions/flat.js";
import { growRegions } from "../../static/editor/regions/grow.js";
import { darkness, imageLines } from "../../static/editor/regions/lines.js";
import { dilated, discHalfWidths, extreme, runsOf } from "../../static/editor/regions/morphology.js";
import { JOBS } from "../../static/editor/worker/jobs.js";
import { map, random, rows } from "./helpers.mjs";

/** Rows of text -> RGBA of greys: a digit d is lightness 25 * d. */
function greys(...lines) {
  return Uint8ClampedArray.from([...lines.join("")].flatMap((d) => [25 * d, 25 * d, 25 * d, 255]));
}

/** Each region's letter, in the order the regions are met; lines are "#". */
function picture({ labels, lines, width }) {
  const letters = new Map();
  const text = [...labels].map((label, i) => {
    if (lines?.[i]) return "#";
    if (!letters.has(label)) letters.set(label, String.fromCharCode(97 + letters.size));
    return letters.get(label);
  });
  return Array.from({ length: labels.length / width }, (_, y) => text.slice(y * width, (y + 1) * width).join(""));
}

function noise(length, share, seed) {
  const next = random(seed);
  return Uint8Array.from({ length }, () => Number(next() < share));
}

test("runs are the stretches of set pixels of each row", () => {
  const { starts, ends, firstOfRow } = runsOf(map("11.1", "....", "..11"), 4, 3);
  assert.deepEqual([...starts], [0, 3, 2]);
  assert.deepEqual([...ends], [2, 4, 4]);
  assert.deepEqual([...firstOfRow], [0, 2, 2, 3]);
});

test("a disc of radius 2.5 is 3, 5, 5, 5, 3 wide", () => {
  assert.deepEqual([...discHalfWidths(2.5)], [1, 2, 2, 2, 1]);
  assert.deepEqual([...discHalfWidths(0.5)], [0]);
});

test("dilation sets what is no further than the radius", () => {
  for (const radius of [0, 0.5, 1, 1.5, 2.5, 4.5, 8.5]) {
    const mask = noise(23 * 17, 0.02, 5);
    const expected = mask.map((_, i) => {
      const near = (j) => mask[j] && Math.hypot((i % 23) - (j % 23), Math.floor(i / 23) - Math.floor(j / 23)) <= radius;
      return Number([...mask.keys()].some(near));
    });
    assert.deepEqual(dilated(mask, 23, 17, radius), expected);
  }
});

test("the extreme of a window is that of its pixels, cut off at the frame's edge", () => {
  const next = random(9);
  const [width, height] = [21, 13];
  const values = Uint8Array.from({ length: width * height }, () => Math.floor(next() * 128));
  for (const reach of [1, 2, 4, 5, 7]) {
    for (const which of ["max", "min"]) {
      const expected = values.map((_, i) => {
        const near = [...values.keys()].filter(
          (j) => Math.abs((j % width) - (i % width)) <= reach && Math.abs(Math.floor(j / width) - Math.floor(i / width)) <= reach,
        );
        return Math[which](...near.map((j) => values[j]));
      });
      assert.deepEqual(extreme(values, width, height, reach, which), expected, `${which} of ${reach}`);
    }
  }
});

test("parts hang together over sides, not over corners", () => {
  const labels = new Int32Array(15);
  assert.equal(labelParts(map("11.1.", ".1..1", "1..11"), 5, 3, labels), 4);
  assert.deepEqual(rows(Uint8Array.from(labels), 5), ["11.2.", ".1..3", "4..33"]);
});

test("parts are those of a plain search", () => {
  const [width, height] = [31, 19];
  for (let seed = 0; seed < 40; seed++) {
    const mask = noise(width * height, 0.55, seed);
    const labels = new Int32Array(mask.length);
    const count = labelParts(mask, width, height, labels, 10);
    const expected = new Int32Array(mask.length);
    let number = 10;
    for (let i = 0; i < mask.length; i++) if (mask[i] && !expected[i]) search(mask, width, i, expected, ++number);
    assert.deepEqual(labels, expected);
    assert.equal(count, number);
  }
});

function search(mask, width, from, out, number) {
  const open = [from];
  while (open.length) {
    const i = open.pop();
    if (!mask[i] || out[i]) continue;
    out[i] = number;
    if (i % width > 0) open.push(i - 1);
    if (i % width < width - 1) open.push(i + 1);
    if (i >= width) open.push(i - width);
    if (i + width < mask.length) open.push(i + width);
  }
}

test("regions grow at one pace, not over lines, and as far as they are asked to", () => {
  const grown = (steps) => {
    const labels = Int32Array.from(map("1......2", "........", "...3...."));
    growRegions(labels, 8, 3, map("........", ".111111.", "........"), steps);
    return rows(Uint8Array.from(labels), 8);
  };
  assert.deepEqual(grown(1), ["11....22", "1......2", "..333..."]);
  assert.deepEqual(grown(Infinity), ["11112222", "1......2", "13333322"]);
});

// Two rooms of 4 x 4 with a door of 2 px between them.
const ROOMS = ["###########", "#....#....#", "#.........#", "#.........#", "#....#....#", "###########"];
const walls = (plan) => Uint8Array.from(plan.join(""), (c) => Number(c === "#"));

test("a ball wider than the door stays in its room", () => {
  const open = trappedBall(walls(ROOMS), 11, 6, 0);
  assert.equal(open.count, 1);
  const closed = trappedBall(walls(ROOMS), 11, 6, 2);
  assert.deepEqual(picture({ labels: closed.labels, lines: walls(ROOMS), width: 11 }), [
    "###########",
    "#aaaa#bbbb#",
    "#aaaaabbbb#",
    "#aaaaabbbb#",
    "#aaaa#bbbb#",
    "###########",
  ]);
});

test("a passage of n px is closed by a gap of n and open to one of n - 1", () => {
  for (const [passage, gap, count] of [[2, 2, 2], [3, 2, 1], [4, 4, 2], [5, 4, 1], [8, 8, 2], [9, 8, 1], [16, 16, 2], [17, 16, 1]]) {
    const [width, height] = [90, 45];
    const lines = new Uint8Array(width * height);
    for (let y = 0; y < height; y++) if (y < 10 || y >= 10 + passage) lines[y * width + 45] = 1;
    assert.equal(trappedBall(lines, width, height, gap).count, count, `${passage} px, gap ${gap}`);
  }
});

test("no pixel is left over, however narrow, and regions never cross a line", () => {
  const [width, height] = [40, 30];
  for (let seed = 0; seed < 20; seed++) {
    const lines = noise(width * height, 0.25, seed);
    const parts = new Int32Array(lines.length);
    labelParts(lines.map((line) => 1 - line), width, height, parts);
    for (const gap of [0, 2, 4, 8, 16]) {
      const { labels, count } = trappedBall(lines, width, height, gap);
      const partOf = new Map();
      labels.forEach((label, i) => {
        assert.equal(label === 0, lines[i] === 1);
        if (label) assert.equal(parts[i], partOf.get(label) ?? partOf.set(label, parts[i]).get(label));
      });
      assert.equal(count, partOf.size);
    }
  }
});

test("a line is darker than both its sides; an edge and a wide dark area are none", () => {
  const light = map("6666166664444", "6666166664444", "6666166664444");
  assert.deepEqual(rows(darkness(light, 13, 3, 2), 13), ["....5........", "....5........", "....5........"]);
  const wide = map("6611111166", "6611111166", "6611111166");
  assert.equal(darkness(wide, 10, 3, 2).some(Boolean), false);
});

test("an anti-aliased line reaches to where it is half as dark as its middle", () => {
  // 200, then 150 and 125 (a third and a half of the way), 50, and back.
  const rgba = greys("886526888", "886526888", "886526888");
  const lines = imageLines(rgba, 9, 3, { contrast: 20, lineWidth: 4 });
  assert.deepEqual(rows(lines, 9), ["...11....", "...11....", "...11...."]);
  assert.equal(imageLines(rgba, 9, 3, { contrast: 200, lineWidth: 4 }).some(Boolean), false);
});

test("areas of one colour come out whole under noise and stay apart from others", () => {
  const [width, height] = [40, 40];
  const next = random(4);
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let i = 0; i < width * height; i++) {
    const color = i % width < 20 ? [200, 60, 40] : [60, 60, 200];
    rgba.set([...color.map((c) => c + Math.round(8 * next() - 4)), 255], 4 * i);
  }
  const labels = new Int32Array(width * height).fill(1);
  assert.equal(flatAreas(rgba, width, height, labels, { tolerance: 24, least: 4 }).count, 2);
  labels.forEach((label, i) => assert.equal(label, i % width < 20 ? 1 : 2));
});

test("a larger tolerance joins what a smaller one keeps apart", () => {
  const rgba = Uint8ClampedArray.from({ length: 4 * 6400 }, (_, at) => ((at >> 2) % 80 < 40 ? 100 : 118));
  const areas = (tolerance) => flatAreas(rgba, 80, 80, new Int32Array(6400).fill(1), { tolerance, least: 1 }).count;
  assert.equal(areas(24), 1);
  assert.equal(areas(8), 2);
});

test("small areas join a neighbour; shut in by lines they are none", () => {
  const rgba = greys("11111111", "11119111", "11111111", "11111111");
  const labels = Int32Array.from(map("11111111", "11111111", "11111...", "11111.2."));
  assert.equal(flatAreas(rgba, 8, 4, labels, { tolerance: 24, least: 2 }).count, 1);
  assert.deepEqual(rows(Uint8Array.from(labels), 8), ["11111111", "11111111", "11111...", "11111..."]);
});

test("an image's regions are its areas of colour, and with lines also those that a dark line parts", () => {
  const plan = Array.from({ length: 12 }, () => "888888100088888855555555");
  const job = { rgba: greys(...plan), width: 24, height: 12, gap: 0, tolerance: 24, lineWidth: 5 };
  assert.deepEqual(new Set(picture(imageRegions({ ...job, by: "color" }))), new Set(["aaaaaabbbbccccccdddddddd"]));
  const found = imageRegions({ ...job, by: "lines" });
  assert.deepEqual(new Set(picture(found)), new Set(["aaaaaa####bbbbbbcccccccc"]));
  assert.deepEqual([...found.table.areas], [0, 72, 72, 96]);
  assert.deepEqual([...found.table.boxes.subarray(8, 12)], [10, 0, 16, 12]);
  assert.deepEqual([...found.table.colors.subarray(9)], [125, 125, 125]);
  assert.ok(found.labels.every((label) => label > 0), "every pixel has a region, also under lines");
  for (let region = 1; region <= 3; region++) assert.equal(found.labels[found.table.seeds[region]], region);
});

test("a label map's regions are pieces of one value, and gaps in a drawn line are closed", () => {
  const drawn = ["...........", "...........", "..1111111..", "..1.....1..", "..1........", "..1.....1..", "..1111111..", "...........", "..........."];
  const found = (gap) => labelRegions({ values: map(...drawn), groups: new Uint8Array(256), width: 11, height: 9, gap });
  assert.deepEqual(picture(found(0)).slice(3, 6), ["aabaaaaabaa", "aabaaaaaaaa", "aabaaaaabaa"]);
  assert.deepEqual(picture(found(2)).slice(3, 6), ["aabcccccbaa", "aabccccccaa", "aabcccccbaa"]);
});

test("lines of a label map are regions of their own, and fills may go on under them", () => {
  const values = map("..1..", "..1..", "..166");
  const groups = new Uint8Array(256);
  groups[1] = 1;
  const found = labelRegions({ values, groups, width: 5, height: 3, gap: 0 });
  assert.deepEqual(rows(found.lines, 5), ["..1..", "..1..", "..1.."]);
  assert.deepEqual(picture({ ...found, lines: null }), ["aabcc", "aabcc", "aabdd"]);
});

test("the worker gives a map's buffers away", () => {
  const { result, transfer } = JOBS.imageRegions({ rgba: greys("88", "88"), width: 2, height: 2, by: "color", gap: 0, tolerance: 24, lineWidth: 2 });
  assert.equal(result.count, 1);
  assert.ok(transfer.includes(result.labels.buffer) && transfer.includes(result.table.runStarts.buffer));
});
