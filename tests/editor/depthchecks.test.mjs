import assert from "node:assert/strict";
import { test } from "node:test";
import { CHECKS, celsBehind, coveredLayers, runDepthChecks, unknownAreas } from "../../static/editor/depth/checks.js";
import { render } from "../../static/editor/depth/render.js";
import { runsOf } from "../../static/editor/depth/runs.js";

/** A scene of rows: layers by their letter, front to back, each with the depth and the pixels of its picture. */
function scene(layers, { cel = null, book = null, maps = new Map(), dismissed = [] } = {}) {
  const rows = layers.find(({ rows: picture }) => picture)?.rows ?? cel;
  const [width, height] = [rows[0].length, rows.length];
  const made = layers.map(({ id, rows: picture, depth, ...more }) => ({
    id,
    name: id.toUpperCase(),
    runs: picture ? runsOf(flags(picture, id)) : null,
    depth,
    ...more,
  }));
  const levels = render(made, { width, height }, maps);
  const known = { cel: cel && flags(cel, "c"), book: book && flags(book, "b") };
  return { layers: made, maps, levels, width, height, ...known, dismissed };
}

const flags = (rows, letter) => Uint8Array.from(rows.join(""), (found) => Number(found === letter));

const blank = (width, height) => Array(height).fill(".".repeat(width));

/** Rows with a rectangle of a letter. */
function boxed(rows, letter, [x0, y0, x1, y1]) {
  return rows.map((row, y) => (y < y0 || y >= y1 ? row : row.slice(0, x0) + letter.repeat(x1 - x0) + row.slice(x1)));
}

test("areas of unknown depth are found with their size, corners hang together, neighbours are one place", () => {
  const rows = ["aaaaaaaaaa", "a..aaaaaaa", "aaa.aaaaaa", "aaaaaaaaaa"];
  const [place, ...rest] = unknownAreas(scene([{ id: "a", rows, depth: 0.5 }]));
  assert.deepEqual([place.size, place.parts, place.box, rest.length], [3, 1, { x0: 1, y0: 1, x1: 4, y1: 3 }, 0]);
  assert.deepEqual([place.x, place.y], [2, 1], "a pixel of it, though the middle of its box is none");

  const far = boxed(boxed(boxed(blank(64, 12).map((row) => row.replaceAll(".", "a")), ".", [1, 1, 2, 2]), ".", [4, 1, 5, 2]), ".", [50, 6, 53, 8]);
  const places = unknownAreas(scene([{ id: "a", rows: far, depth: 0.5 }]));
  assert.deepEqual(places.map(({ size, parts }) => [size, parts]), [[6, 1], [2, 2]]);
});

test("a frame wholly known has no such area, and one on which nothing is drawn has none yet", () => {
  assert.deepEqual(unknownAreas(scene([{ id: "a", rows: ["aa"], depth: 0 }])), []);
  assert.deepEqual(unknownAreas(scene([{ id: "a", rows: [".."], depth: 0.5 }])), []);
});

test("a drawn layer that is wholly covered is found with its region, one that shows a pixel is not", () => {
  const front = { id: "a", rows: ["aaa.", "aaa."], depth: 0.5 };
  const hidden = { id: "b", rows: [".bb.", "...."], depth: 0.9 };
  const [place, ...rest] = coveredLayers(scene([front, hidden, { id: "c", rows: ["..cc", "...."], depth: 0.1 }]));
  assert.deepEqual([place.layer, place.name, place.size, place.box], ["b", "B", 2, { x0: 1, y0: 0, x1: 3, y1: 1 }]);
  assert.deepEqual(rest, []);
  assert.deepEqual(coveredLayers(scene([hidden, front])), [], "the order decides, not the depth");
});

test("several layers cover one together; one without a region shows nowhere, too", () => {
  const layers = [
    { id: "a", rows: ["a..."], depth: 1 },
    { id: "b", rows: [".bbb"], depth: 0.5 },
    { id: "w", depth: 0.2 },
    { id: "e", rows: ["...."], depth: 0.3 },
  ];
  const places = coveredLayers(scene(layers));
  assert.deepEqual(places.map(({ layer, size, box }) => [layer, size, box.x1]), [["w", 4, 4], ["e", 0, 4]]);
});

test("a map covers where it is known, and may be covered itself", () => {
  const maps = new Map([["m", Uint16Array.of(9, 0, 9)]]);
  const draft = { id: "d", map: "m" };
  const [first, second] = [{ id: "a", rows: ["a.."], depth: 1 }, { id: "b", rows: [".b."], depth: 1 }];
  assert.deepEqual(coveredLayers(scene([draft, first, second], { maps })).map(({ layer }) => layer), ["a"]);
  assert.deepEqual(coveredLayers(scene([{ id: "c", rows: ["ccc"], depth: 1 }, draft], { maps })), []);
});

const CEL = boxed(blank(30, 20), "c", [10, 4, 20, 14]);
const plate = { id: "p", depth: 0.4 };

function celAt(depth, more = {}) {
  return celsBehind(scene([{ id: "c", rows: CEL, depth }, plate], { cel: CEL, ...more }));
}

test("a cel that lies behind or level with its surroundings is found with the border along which it does", () => {
  for (const depth of [0.3, 0.4]) {
    const [place] = celAt(depth);
    assert.deepEqual([place.size, place.box], [40, { x0: 10, y0: 4, x1: 20, y1: 14 }]);
  }
  assert.deepEqual(celAt(0.41), []);
  assert.deepEqual(celsBehind(scene([plate, { id: "c", rows: CEL, depth: 0.9 }], { cel: CEL })).length, 1, "covered by the plate");
});

test("what is nearer beside less than half of the border is the floor before its feet", () => {
  const floor = (rows) => [{ id: "f", rows, depth: 0.9 }, { id: "c", rows: CEL, depth: 0.6 }, plate];
  const before = boxed(blank(30, 20), "f", [0, 14, 30, 20]);
  assert.deepEqual(celsBehind(scene(floor(before), { cel: CEL })), [], "10 of 40 px");
  const around = boxed(before, "f", [0, 0, 10, 20]);
  assert.deepEqual(celsBehind(scene(floor(around), { cel: CEL })), [], "20 of 40 px are no more than half");
  const more = boxed(around, "f", [20, 8, 30, 20]);
  assert.deepEqual(celsBehind(scene(floor(more), { cel: CEL })).map(({ size }) => size), [26]);
});

test("books and what is unknown beside the cel say nothing, specks of the mask neither", () => {
  const ring = boxed(boxed(blank(30, 20), "b", [6, 0, 24, 18]), "c", [10, 4, 20, 14]);
  const book = boxed(boxed(blank(30, 20), "b", [6, 0, 24, 18]), ".", [10, 4, 20, 14]);
  const layers = [{ id: "b", rows: book, depth: 1 }, { id: "c", rows: CEL, depth: 0.6 }, plate];
  assert.equal(celsBehind(scene(layers, { cel: CEL })).length, 1);
  assert.deepEqual(celsBehind(scene(layers, { cel: CEL, book: ring })), []);
  assert.deepEqual(celsBehind(scene([{ id: "c", rows: CEL, depth: 0.1 }], { cel: CEL })), [], "no plate is drawn yet");
  const speck = boxed(blank(30, 20), "c", [10, 4, 17, 13]);
  assert.deepEqual(celsBehind(scene([{ id: "c", rows: speck, depth: 0.1 }, plate], { cel: speck })), []);
  assert.deepEqual(celsBehind(scene([plate, { id: "x", rows: CEL, depth: 1 }])), [], "no cel mask");
});

test("each part of the mask is judged by itself", () => {
  const two = boxed(CEL, "c", [0, 16, 30, 20]);
  const front = { id: "c", rows: CEL, depth: 0.9 };
  const behind = { id: "k", rows: boxed(blank(30, 20), "k", [0, 16, 30, 20]), depth: 0.1 };
  const places = celsBehind(scene([front, behind, plate], { cel: two }));
  assert.deepEqual(places.map(({ box, size }) => [box.y0, size]), [[16, 30]]);
});

test("the list has the gravest check first, and what was dismissed apart", () => {
  const rows = boxed(CEL, "c", [0, 0, 30, 1]);
  const layers = [{ id: "p", rows: boxed(blank(30, 20), "p", [0, 1, 30, 20]), depth: 0.4 }, { id: "c", rows: CEL, depth: 0.9 }];
  const given = scene(layers, { cel: rows.map((row, y) => (y ? row : blank(30, 1)[0])) });
  assert.deepEqual(runDepthChecks(given).map(({ check, total }) => [check, total]), [["cel-behind", 1], ["layer-covered", 1], ["no-depth", 1]]);
  assert.deepEqual(Object.keys(CHECKS), ["cel-behind", "layer-covered", "no-depth"]);
  const dismissed = [{ check: "no-depth", box: { x0: 0, y0: 0, x1: 30, y1: 1 }, reason: "sky" }];
  const group = runDepthChecks({ ...given, dismissed }).at(-1);
  assert.deepEqual([group.total, group.dismissed[0].reason], [0, "sky"]);
});
