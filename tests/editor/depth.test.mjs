import assert from "node:assert/strict";
import { test } from "node:test";
import { applied, depthInFront, shifted, spacedEvenly } from "../../static/editor/depth/changes.js";
import { decoded, encoded } from "../../static/editor/depth/document.js";
import { sloped } from "../../static/editor/depth/feature.js";
import { FEATURES } from "../../static/editor/depth/features.js";
import { endAt } from "../../static/editor/depth/gradient.js";
import { placeUnder } from "../../static/editor/depth/order.js";
import { regionOf } from "../../static/editor/depth/region.js";
import { FULL, gradientAt, levelOf, render } from "../../static/editor/depth/render.js";
import { covers, maskOf, runsOf } from "../../static/editor/depth/runs.js";
import { DepthSession } from "../../static/editor/depth/session.js";
import { LayerStack, newId } from "../../static/editor/depth/stack.js";
import { merged, sheetTexts } from "../../static/editor/features/index.js";
import { presetKeys } from "../../static/editor/bindings.js";
import { DEFAULT_KEYS, KEY_TEXTS } from "../../static/editor/keymap.js";
import { PRESETS } from "../../static/editor/presets.js";
import { Sheet } from "../../static/editor/sheet.js";
import { CEL, map, random } from "./helpers.mjs";

const flat = (id, runs, depth) => ({ id, name: id, runs, depth });

test("runs are lengths outside and inside by turns, and come back as the same region", () => {
  assert.deepEqual(runsOf(map(".11", "1..")), [1, 3]);
  assert.deepEqual(runsOf(map("11", ".1")), [0, 2, 1, 1]);
  assert.deepEqual(runsOf(map("..", "..")), []);
  const next = random(7);
  for (let i = 0; i < 50; i++) {
    const mask = Uint8Array.from({ length: 40 }, () => Number(next() < 0.5));
    const runs = runsOf(mask);
    assert.deepEqual(maskOf(runs, 40), mask);
    assert.deepEqual(Array.from(mask, (_, at) => Number(covers(runs, at))), [...mask]);
  }
  assert.deepEqual([...maskOf(null, 3)], [1, 1, 1]);
  assert.ok(covers(null, 2));
});

test("the foremost layer shows, what no layer covers is unknown", () => {
  const layers = [flat("front", [1, 1], 1), flat("back", [0, 3], 0.5)];
  assert.deepEqual([...render(layers, { width: 4, height: 1 }, new Map())], [32768, 65535, 32768, 0]);
  assert.deepEqual([...render(layers.toReversed(), { width: 4, height: 1 }, new Map())], [32768, 32768, 32768, 0]);
});

test("no depth is stored as unknown, and halves go up", () => {
  assert.deepEqual([0, 0.5, 1].map(levelOf), [1, 32768, FULL]);
});

test("a gradient is linear between its points at the pixels' middles, and stays as it is beyond", () => {
  const layers = [{ id: "floor", name: "", runs: null, depth: { from: [1.5, 0, 0], to: [3.5, 0, 1] } }];
  assert.deepEqual([...render(layers, { width: 5, height: 1 }, new Map())], [1, 1, 32768, 65535, 65535]);
  const slanted = gradientAt({ from: [0.5, 0.5, 1], to: [2.5, 2.5, 0] });
  assert.deepEqual([slanted(0, 0), slanted(1, 1), slanted(2, 0), slanted(2, 2)], [1, 0.5, 0.5, 0]);
  assert.equal(gradientAt({ from: [1, 1, 0.3], to: [1, 1, 0.9] })(0, 0), 0.3);
});

test("a map shows where it is known, under what is drawn", () => {
  const maps = new Map([["draft", Uint16Array.of(5, 0, 7)]]);
  const layers = [flat("box", [2, 1], 1), { id: "base", name: "", runs: null, map: "draft" }, flat("plate", null, 0)];
  assert.deepEqual([...render(layers, { width: 3, height: 1 }, maps)], [5, 1, 65535]);
});

test("every change is taken back by its inverse", () => {
  const layers = [flat("a", [0, 1], 0.1), flat("b", [0, 2], 0.2), flat("c", null, 0.3)];
  const deltas = [
    { do: "insert", at: 1, layer: flat("d", [], 0.9) },
    { do: "remove", at: 2 },
    { do: "move", at: 0, to: 2 },
    { do: "move", at: 2, to: 0 },
    { do: "set", at: 1, with: { depth: 0.7, name: "B" } },
    { do: "replace", with: [] },
    spacedEvenly(layers),
  ];
  for (const delta of deltas) {
    const done = applied(layers, delta);
    assert.notDeepEqual(done.layers, layers);
    assert.deepEqual(applied(done.layers, done.inverse).layers, layers);
  }
  assert.deepEqual(applied(layers, { do: "move", at: 0, to: 2 }).layers.map(({ id }) => id), ["b", "c", "a"]);
});

test("evenly spaced depths fall from the front; a gradient keeps its span, a map its values", () => {
  const floor = { ...flat("floor", null), depth: { from: [0, 0, 0.9], to: [0, 9, 0.4] } };
  const layers = [flat("a", [], 0.2), floor, { id: "base", name: "", runs: null, map: "draft" }];
  const spaced = applied(layers, spacedEvenly(layers)).layers;
  assert.equal(spaced[0].depth, 1);
  assert.deepEqual(spaced[1].depth.from, [0, 0, 0.5]);
  assert.ok(Math.abs(spaced[1].depth.to[2]) < 1e-12);
  assert.equal(spaced[2], layers[2]);
});

test("a new layer comes nearer than all, or behind all", () => {
  assert.equal(depthInFront([]), 0.5);
  assert.equal(depthInFront([flat("a", [], 0.5), { map: "draft" }]), 0.75);
  assert.equal(depthInFront([flat("a", [], 0.5), flat("b", [], 0.2)], true), 0.1);
  assert.equal(shifted(0.3, 0.6), 0.6);
});

test("the gradient's drag keeps what the layer had, and moves one point alone", () => {
  const first = sloped(0.8, { from: { x: 1.04, y: 2 }, to: { x: 3, y: 4 } });
  assert.deepEqual(first, { from: [1, 2, 0.8], to: [3, 4, 0.4] });
  assert.deepEqual(sloped(first, { to: { x: 9, y: 9 } }), { from: [1, 2, 0.8], to: [9, 9, 0.4] });
  assert.equal(endAt({ depth: first }, { x: 3, y: 12, unit: 1 }), "to");
  assert.equal(endAt({ depth: first }, { x: 40, y: 40, unit: 1 }), null);
  assert.equal(endAt({ depth: 0.5 }, { x: 1, y: 2 }), null);
});

test("a region of another label is where it has one of the classes, added entries too", () => {
  const classes = [{ name: "flat_area" }, { name: "book_line" }, { name: "book_fill" }];
  const entries = [[0, 0], [5, 1], [9, 2], [21, 2]].map(([value, class_index]) => ({ value, class_index }));
  const values = Uint8Array.of(0, 5, 9, 21, 255);
  assert.deepEqual([...regionOf(values, { classes, entries }, ["book_line", "book_fill"])], [0, 1, 1, 1, 0]);
});

test("a dragged line goes where the pointer is", () => {
  const boxes = [0, 1, 2].map((at) => ({ top: 10 * at, bottom: 10 * at + 10 }));
  assert.deepEqual([-5, 12, 29, 99].map((y) => placeUnder(boxes, y)), [0, 1, 2, 2]);
});

test("a document keeps layers as they are", () => {
  const layers = [flat("a", [1, 2], 0.25), { id: "base", name: "Draft", runs: null, map: "ab" }];
  assert.deepEqual(decoded(encoded(layers, { width: 3, height: 1 })), layers);
  assert.equal(newId(layers), "l1");
});

function stackOf(layers = []) {
  return new LayerStack({ sheet: new Sheet(CEL, 4, 1), layers, maps: new Map(), newName: () => "new" });
}

function paint(stack, x0, x1, value = 1) {
  const edit = stack.begin();
  edit.fillSpan(0, x0, x1, value);
  return stack.commit(edit);
}

test("a stroke makes a layer, the next one changes its region, and both are taken back", () => {
  const stack = stackOf();
  assert.ok(paint(stack, 0, 2));
  paint(stack, 2, 3);
  assert.deepEqual(stack.layers, [{ id: "l1", name: "new", depth: 0.5, runs: [0, 3] }]);
  assert.deepEqual([...stack.levels], [32768, 32768, 32768, 0]);
  assert.equal(paint(stack, 0, 1), null);
  stack.undo();
  assert.deepEqual([...stack.levels], [32768, 32768, 0, 0]);
  stack.undo();
  assert.deepEqual([[...stack.levels], stack.chosen, [...stack.sheet.values]], [[0, 0, 0, 0], null, [0, 0, 0, 0]]);
  assert.equal(stack.undo(), null);
  stack.redo();
  stack.redo();
  assert.deepEqual([...stack.sheet.values], [1, 1, 1, 0]);
  assert.equal(stack.canRedo, false);
});

test("with no layer chosen a stroke begins a new one in front, nearer than the others", () => {
  const stack = stackOf();
  paint(stack, 0, 2);
  stack.choose(null);
  paint(stack, 1, 3);
  assert.deepEqual(stack.layers.map(({ depth }) => depth), [0.75, 0.5]);
  assert.deepEqual([...stack.levels], [32768, 49151, 49151, 0]);
  assert.equal(stack.layerAt(1).id, "l2");
  assert.equal(stack.layerAt(3), null);
  stack.change({ do: "move", at: 0, to: 1 });
  assert.equal(stack.layerAt(1).id, "l1");
});

test("a slider's way is one step to undo, the next one another", () => {
  const stack = stackOf([flat("a", [0, 4], 0.5)]);
  const set = (depth) => stack.change({ do: "set", at: 0, with: { depth } }, { joins: "slider a" });
  [0.6, 0.7, 0.8].forEach(set);
  stack.settle();
  set(0.9);
  stack.undo();
  assert.equal(stack.layers[0].depth, 0.8);
  stack.undo();
  assert.equal(stack.layers[0].depth, 0.5);
  assert.equal(stack.canUndo, false);
});

test("the whole frame goes behind what is drawn and before a map", () => {
  const stack = stackOf([flat("a", [0, 1], 0.5), { id: "base", name: "", runs: null, map: "draft" }]);
  stack.maps.set("draft", Uint16Array.of(9, 9, 9, 9));
  stack.add({ runs: null, name: "Whole" });
  assert.deepEqual(stack.layers.map(({ id }) => id), ["a", "l1", "base"]);
});

test("two drawings are the same when nothing at all was worked on, however little shows of it", () => {
  const size = { width: 2, height: 1 };
  const session = Object.assign(new DepthSession({}), { doc: size, maps: new Map() });
  const content = (...layers) => encoded(layers, size);
  const plate = flat("plate", null, 0.5);
  assert.ok(session.same(content(plate), content({ ...plate })));
  for (const other of [flat("plate", null, 0.5001), flat("wall", null, 0.5)]) assert.ok(!session.same(content(plate), content(other)));
});

test("two drawings are compared by which is nearer, what is known counting as nearer than what is not", () => {
  const size = { width: 3, height: 1 };
  const session = Object.assign(new DepthSession({}), { doc: size, maps: new Map() });
  const [one, other] = [[flat("a", [0, 2], 0.5)], [flat("b", [0, 1], 0.5001), flat("c", [2, 1], 0.1)]];
  const compared = session.compared(...[one, other].map((layers) => encoded(layers, size)));
  assert.deepEqual(compared.map((side) => [...side]), [[0, 1, 0], [1, 0, 1]]);
  assert.deepEqual([...session.flat(encoded(other, size))], [127 + 1, 0, 25 + 1]);
});

test("no two actions of the depth page have one key, in any preset, and all stand on the sheet", () => {
  const keys = { ...DEFAULT_KEYS, ...merged("keys", FEATURES) };
  for (const name of Object.keys(PRESETS)) {
    const chords = Object.values(presetKeys(keys, name)).filter(Boolean);
    assert.deepEqual(chords.filter((chord, at) => chords.indexOf(chord) !== at), [], name);
  }
  const told = [KEY_TEXTS, sheetTexts(FEATURES)].flatMap((groups) => Object.values(groups).flatMap(Object.keys));
  assert.deepEqual(Object.keys(keys).filter((action) => !told.includes(action) && action !== "edit.redo2"), []);
});
