/** Ink over paint: what covers what, what comes back, what stays locked. */

import assert from "node:assert/strict";
import test from "node:test";

import { History } from "../../static/editor/history.js";
import { rebuild } from "../../static/editor/journal.js";
import { extendFills } from "../../static/editor/raster/extend.js";
import { Sheet, flattened } from "../../static/editor/sheet.js";
import { CEL, DOUGA, map, random, rows } from "./helpers.mjs";

function sheetOf(...lines) {
  return new Sheet(DOUGA, lines[0].length, lines.length, map(...lines));
}

function changed(sheet, change, guard) {
  const history = new History(sheet);
  const edit = history.begin(guard);
  change(edit);
  history.commit(edit);
  return history;
}

test("a flat map opens with the nearest fill under its lines, and looks as it did", () => {
  const sheet = sheetOf("6611...", "6611...", "6611...");
  assert.deepEqual(rows(sheet.values, 7), ["6611...", "6611...", "6611..."]);
  assert.deepEqual(rows(sheet.paint.values, 7), ["666....", "666....", "666...."]);
  assert.deepEqual(rows(sheet.ink.values, 7), ["..11...", "..11...", "..11..."]);
});

test("erasing a line uncovers the fill, and painting goes under the line", () => {
  const sheet = sheetOf("66166", "66166");
  changed(sheet, (edit) => edit.eraseSpan(0, 0, 5, "ink"));
  assert.deepEqual(rows(sheet.values, 5), ["66666", "66166"]);
  changed(sheet, (edit) => edit.fillSpan(1, 0, 5, 8));
  assert.deepEqual(rows(sheet.values, 5), ["66666", "88188"]);
  changed(sheet, (edit) => edit.eraseSpan(1, 0, 5, "ink"));
  assert.deepEqual(rows(sheet.values, 5), ["66666", "88888"]);
});

test("ignore covers, and what it covered is there when it is erased", () => {
  const sheet = sheetOf("6677");
  changed(sheet, (edit) => edit.fillSpan(0, 1, 3, 255));
  assert.deepEqual([...sheet.values], [6, 255, 255, 7]);
  changed(sheet, (edit) => edit.eraseSpan(0, 1, 3, "ink"));
  assert.deepEqual([...sheet.values], [6, 6, 7, 7]);
});

test("undo and redo bring both planes back to the pixel", () => {
  const next = random(5);
  const sheet = new Sheet(DOUGA, 150, 90);
  const history = new History(sheet);
  const states = [sheet.planesCopy()];
  while (states.length < 30) {
    const edit = history.begin();
    for (let y = 0; y < 90; y += 3) edit.fillSpan(y, Math.floor(next() * 150), 150, Math.floor(next() * 10));
    for (let y = 1; y < 90; y += 7) edit.eraseSpan(y, 0, Math.floor(next() * 150), next() < 0.5 ? "ink" : "paint");
    if (history.commit(edit)) states.push(sheet.planesCopy());
  }
  for (let i = states.length - 2; i >= 0; i--) {
    history.undo();
    assert.deepEqual(sheet.planesCopy(), states[i]);
    assert.deepEqual(sheet.values, flattened(states[i], 150 * 90));
  }
  for (let i = 1; i < states.length; i++) {
    history.redo();
    assert.deepEqual(sheet.planesCopy(), states[i]);
  }
});

test("locked classes and frozen pixels stay; paint goes under a locked line", () => {
  const sheet = sheetOf("6616.", "6616.");
  const locked = new Uint8Array(256);
  locked[6] = locked[1] = 1;
  changed(sheet, (edit) => edit.fillSpan(0, 0, 5, 8), { locked });
  assert.deepEqual(rows(sheet.values, 5), ["66168", "6616."]);
  changed(sheet, (edit) => edit.fillSpan(1, 0, 5, 2), { locked });
  assert.deepEqual(rows(sheet.values, 5), ["66168", "66162"]);
  const frozen = Uint8Array.from([1, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  changed(sheet, (edit) => edit.fillSpan(0, 0, 5, 3), { frozen });
  assert.deepEqual(rows(sheet.values, 5), ["63338", "66162"]);
});

test("cancelling an edit of both planes leaves no trace", () => {
  const sheet = sheetOf("66166", "66166");
  const before = sheet.planesCopy();
  const edit = new History(sheet).begin();
  edit.fillSpan(0, 0, 5, 8);
  edit.eraseSpan(1, 0, 5, "ink");
  assert.deepEqual(edit.cancel(), { x0: 0, y0: 0, x1: 5, y1: 2 });
  assert.deepEqual(sheet.planesCopy(), before);
  assert.deepEqual(rows(sheet.values, 5), ["66166", "66166"]);
});

test("the local backup brings both planes back", () => {
  const sheet = new Sheet(DOUGA, 100, 70);
  const base = sheet.planesCopy();
  const history = new History(sheet);
  const edit = history.begin();
  edit.fillSpan(10, 0, 90, 7);
  edit.fillSpan(10, 20, 40, 1);
  const { tiles } = history.commit(edit);
  const kept = tiles.map((tile) => ({ tile, bytes: sheet.packTile(tile) }));
  assert.deepEqual(rebuild({ width: 100, height: 70 }, base, kept), sheet.planesCopy());
});

test("planes that were kept load as they were, also what no flat map can say", () => {
  const sheet = sheetOf("66166");
  changed(sheet, (edit) => edit.fillSpan(0, 2, 3, 9));
  const again = new Sheet(DOUGA, 5, 1, sheet.planesCopy());
  assert.deepEqual([...again.paint.values], [6, 6, 9, 6, 6]);
  assert.deepEqual([...again.values], [6, 6, 1, 6, 6]);
});

test("a cel has one plane, and erasing is drawing background", () => {
  const sheet = new Sheet(CEL, 4, 1, Uint8Array.from([1, 1, 255, 0]));
  assert.equal(sheet.ink, null);
  changed(sheet, (edit) => edit.eraseSpan(0, 1, 3, "ink"));
  assert.deepEqual([...sheet.values], [1, 0, 0, 0]);
});

test("fills meet halfway under a line; where everything is covered there is nothing", () => {
  const values = map("6....7", "6....7");
  extendFills(values, map(".1111.", ".1111."), 6, 2);
  assert.deepEqual(rows(values, 6), ["666777", "666777"]);
  const all = map("11", "11");
  extendFills(all, map("11", "11"), 2, 2);
  assert.deepEqual([...all], [0, 0, 0, 0]);
});
