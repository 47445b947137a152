import assert from "node:assert/strict";
import { test } from "node:test";
import { packRuns, unpackRuns } from "../../static/editor/codec/runs.js";
import { gunzip, gzip } from "../../static/editor/codec/gzip.js";
import { History } from "../../static/editor/history.js";
import { rebuild } from "../../static/editor/journal.js";
import { countDifferent } from "../../static/editor/plane.js";
import { Sheet } from "../../static/editor/sheet.js";
import { CEL, random } from "./helpers.mjs";

function noise(length, next, density) {
  return Uint8Array.from({ length }, () => (next() < density ? Math.floor(next() * 256) : 0));
}

function scribble(history, next) {
  const edit = history.begin();
  for (let i = 0; i < 5; i++) {
    const x = Math.floor(next() * 230) - 15;
    edit.fillSpan(Math.floor(next() * 170) - 10, x, x + Math.floor(next() * 60), Math.floor(next() * 3));
  }
  return history.commit(edit);
}

test("runs come back as they were, and never grow by more than a byte", () => {
  const next = random(4);
  for (const density of [0, 0.01, 0.3, 1]) {
    const values = noise(4096, next, density);
    const packed = packRuns(values);
    assert.deepEqual(unpackRuns(packed, new Uint8Array(4096)), values);
    assert.ok(packed.length <= 4097);
  }
  assert.equal(packRuns(new Uint8Array(4096)).length, 4);
});

test("gzip comes back as it was", async () => {
  const values = noise(100000, random(5), 0.1);
  assert.deepEqual(await gunzip(await gzip(values)), values);
});

test("undo and redo restore every state exactly, ignore pixels included", () => {
  const next = random(6);
  const sheet = new Sheet(CEL, 200, 150, noise(30000, next, 0.5));
  const history = new History(sheet);
  const states = [sheet.values.slice()];
  while (states.length < 41) if (scribble(history, next)) states.push(sheet.values.slice());
  for (let i = 39; i >= 0; i--) {
    assert.ok(history.undo());
    assert.deepEqual(sheet.values, states[i]);
  }
  assert.equal(history.undo(), null);
  for (let i = 1; i <= 40; i++) {
    history.redo();
    assert.deepEqual(sheet.values, states[i]);
  }
});

test("a new stroke ends what could be redone, and a stroke that changes nothing is no step", () => {
  const sheet = new Sheet(CEL, 10, 10);
  const history = new History(sheet);
  const span = (value) => {
    const edit = history.begin();
    edit.fillSpan(0, 0, 5, value);
    return history.commit(edit);
  };
  span(1);
  assert.equal(span(1), null);
  history.undo();
  span(2);
  assert.equal(history.canRedo, false);
  assert.equal(history.undoSteps.length, 1);
});

test("a cancelled stroke leaves no trace", () => {
  const sheet = new Sheet(CEL, 100, 100);
  const edit = new History(sheet).begin();
  edit.fillSpan(50, -5, 300, 1);
  assert.equal(sheet.values[5000], 1);
  edit.cancel();
  assert.equal(sheet.values.some(Boolean), false);
});

test("200 strokes over all of a 4096 x 4096 frame fit the budget", () => {
  const sheet = new Sheet(CEL, 4096, 4096);
  const history = new History(sheet);
  for (let i = 0; i < 4; i++) {
    const edit = history.begin();
    for (let y = 0; y < 4096; y++) edit.fillSpan(y, (y * 7) % 900, 3000 + ((y * 5) % 900), (i + 1) % 2);
    history.commit(edit);
  }
  assert.ok((history.bytes / 4) * 200 <= history.budget, `${history.bytes / 4} bytes a step`);
});

test("over the budget the oldest steps go, the newest never", () => {
  const sheet = new Sheet(CEL, 64, 64);
  const history = new History(sheet, { budget: 1 });
  const next = random(7);
  for (let i = 0; i < 5; i++) {
    const edit = history.begin();
    edit.replaceAll(noise(4096, next, 1));
    history.commit(edit);
  }
  assert.equal(history.undoSteps.length, 1);
  assert.equal(history.bytes, history.undoSteps[0].bytes);
});

test("weights are given back: undone and dropped steps cost nothing", () => {
  const sheet = new Sheet(CEL, 200, 150);
  const history = new History(sheet);
  const next = random(8);
  while (history.undoSteps.length < 20) scribble(history, next);
  for (let i = 0; i < 10; i++) history.undo();
  const steps = [...history.undoSteps, ...history.redoSteps];
  assert.equal(history.bytes, steps.reduce((sum, step) => sum + step.bytes, 0));
});

test("the tiles of a change rebuild the map that was drawn", () => {
  const next = random(9);
  const start = noise(30000, next, 0.2);
  const sheet = new Sheet(CEL, 200, 150, start.slice());
  const history = new History(sheet);
  const tiles = new Map();
  for (let i = 0; i < 30; i++) {
    const change = scribble(history, next) ?? { tiles: [] };
    for (const tile of change.tiles) tiles.set(tile, { tile, bytes: sheet.packTile(tile) });
  }
  const rebuilt = rebuild({ width: 200, height: 150 }, start, [...tiles.values()]);
  assert.equal(countDifferent(rebuilt, sheet.values), 0);
});
