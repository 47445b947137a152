import assert from "node:assert/strict";
import { test } from "node:test";

import { besidePixels, othersOf } from "../../static/editor/beside.js";
import { feature as guide } from "../../static/editor/features/guide.js";
import { Store } from "../../static/editor/store.js";
import { CEL, DOUGA, map } from "./helpers.mjs";

const KINDS = [CEL, DOUGA].map((kind) => ({ ...kind, storage: "class_map" }));

/** A pixel's opacity in percent. */
const seen = (pixels) => Array.from(pixels, (pixel) => Math.round(((pixel >>> 24) / 255) * 100));

const known = (kind) => othersOf({ others: [{ kind, origin: "accepted", label_url: "/l/", profile: null }] }, KINDS)[0].kind;

test("other labels come with their kind as the production draws it, and only those that are class maps", () => {
  const added = { value: 20, color: "#112233", class_index: 1, name: "thread", retired: false };
  const others = [
    { kind: "douga", origin: "own", label_url: "/d/", profile: { entries: [added], names: {} } },
    { kind: "depth", origin: "accepted", label_url: "/z/", profile: null },
    { kind: "unheard", origin: "accepted", label_url: "/u/", profile: null },
  ];
  const found = othersOf({ others }, [...KINDS, { name: "depth", storage: "scalar_map", classes: [], entries: [] }]);
  assert.deepEqual(found.map(({ origin, url }) => [origin, url]), [["own", "/d/"]]);
  assert.deepEqual(found[0].kind.entries.at(-1), { ...added, group: "line" });
  assert.deepEqual(othersOf({}, KINDS), []);
});

test("a kind of fills is a contour of two px inside each area and a veil over what is none", () => {
  const pixels = besidePixels(map(".........", ".1111111.", ".1111111.", ".1111111.", ".1111111.", ".1111111.", "........."), known("cel"), 9);
  const [veil, edge, clear] = [60, 100, 0];
  const row = (y) => seen(pixels.subarray(9 * y, 9 * y + 9));
  assert.deepEqual(row(0), Array(9).fill(veil));
  for (const y of [1, 2, 4, 5]) assert.deepEqual(row(y), [veil, ...Array(7).fill(edge), veil]);
  assert.deepEqual(row(3), [veil, edge, edge, clear, clear, clear, edge, edge, veil]);
});

test("nothing ends at the frame's edge", () => {
  assert.deepEqual(seen(besidePixels(map("1111", "1111", "1111"), known("cel"), 4)), Array(12).fill(0));
});

test("a kind with lines is its lines, its fills faint and what is neither clear", () => {
  assert.deepEqual(seen(besidePixels(Uint8Array.of(0, 1, 5, 6, 255), known("douga"), 5)), [0, 100, 100, 40, 40]);
});

test("the guide opens and closes beside the canvas, and stays as it was left", () => {
  const panel = { hidden: false };
  const root = { querySelector: () => panel, body: { dataset: {} } };
  const store = new Store(null, { defaults: guide.settings });
  guide.mount({ root, store });
  assert.deepEqual([panel.hidden, root.body.dataset.guide], [true, "closed"]);
  guide.actions({ store })["guide.toggle"]();
  assert.deepEqual([panel.hidden, root.body.dataset.guide], [false, "open"]);
  store.open({});
  assert.equal(panel.hidden, false);
  guide.actions({ store })["guide.toggle"]();
  assert.equal(panel.hidden, true);
});
