import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULT_KEYS, KEY_TEXTS, actionsByChord, chordOf, keyCaps } from "../../static/editor/keymap.js";
import { differenceColors, heatColors, labelColors, packColor } from "../../static/editor/render/colors.js";
import { paintRect } from "../../static/editor/render/paint.js";
import { Store } from "../../static/editor/store.js";
import { fromSlider, toSlider } from "../../static/editor/ui/controls.js";
import { MAX_SCALE, Viewport } from "../../static/editor/viewport.js";

const CEL = { name: "cel", entries: [{ value: 0, color: "#000000" }, { value: 1, color: "#FFFFFF" }] };

function viewport(screen = [1000, 600], image = [1920, 1080]) {
  const view = new Viewport();
  view.setScreen(...screen);
  view.setImage(...image);
  return view;
}

test("the fitted frame is whole and in the middle", () => {
  const view = viewport();
  assert.equal(view.scale, 1000 / 1920);
  assert.deepEqual([view.x, view.y], [0, Math.round((600 - 562.5) / 2)]);
});

test("zooming keeps the point under the pointer, from fit to 32:1", () => {
  const view = viewport();
  const held = view.toImage(700, 300);
  for (let i = 0; i < 40; i++) view.zoomStep(1, 700, 300);
  assert.equal(view.scale, MAX_SCALE);
  const after = view.toImage(700, 300);
  assert.ok(Math.hypot(after.x - held.x, after.y - held.y) < 1);
  for (let i = 0; i < 40; i++) view.zoomStep(-1, 700, 300);
  assert.equal(view.scale, view.fitScale);
});

test("steps pass through whole scales, where a frame pixel is a square of screen pixels", () => {
  const view = viewport();
  const seen = [];
  for (let i = 0; i < 40; i++) {
    view.zoomStep(1);
    seen.push(view.scale);
  }
  for (const scale of [1, 2, 4, 8, 16, 32]) assert.ok(seen.includes(scale));
});

test("the origin stays on whole screen pixels and the frame in sight", () => {
  const view = viewport();
  view.zoomTo(3, 123, 456);
  view.panBy(10.4, -3.7);
  assert.ok(Number.isInteger(view.x) && Number.isInteger(view.y));
  view.panBy(1e6, 1e6);
  assert.ok(view.x <= 1000 - 64 && view.y <= 600 - 64);
});

test("a resized window keeps a fitted frame fitted, and a close view in its middle", () => {
  const view = viewport();
  view.setScreen(500, 300);
  assert.equal(view.scale, 500 / 1920);
  view.zoomTo(8);
  const middle = view.toImage(250, 150);
  view.setScreen(800, 400);
  const after = view.toImage(400, 200);
  assert.ok(Math.hypot(after.x - middle.x, after.y - middle.y) < 0.2);
});

test("painting shows the frame pixel under the middle of each screen pixel, and nothing outside", () => {
  const values = Uint8Array.from({ length: 35 }, (_, i) => i + 1);
  for (const view of [{ x: 2, y: -3, scale: 4 }, { x: 1, y: 2, scale: 0.6 }, { x: -5, y: 0, scale: 2.5 }]) {
    const rect = { x0: 0, y0: 0, x1: 24, y1: 18 };
    const out = new Uint32Array(24 * 18).fill(99);
    paintRect(out, rect, view, { width: 7, height: 5 }, (index) => values[index]);
    for (let y = 0; y < 18; y++) {
      for (let x = 0; x < 24; x++) {
        const [px, py] = [Math.floor((x + 0.5 - view.x) / view.scale), Math.floor((y + 0.5 - view.y) / view.scale)];
        const inside = px >= 0 && py >= 0 && px < 7 && py < 5;
        assert.equal(out[y * 24 + x], inside ? values[py * 7 + px] : 0);
      }
    }
  }
});

test("a painted part is the same as that part of the whole", () => {
  const view = { x: 3, y: 1, scale: 1.7 };
  const paint = (rect) => {
    const out = new Uint32Array((rect.x1 - rect.x0) * (rect.y1 - rect.y0));
    paintRect(out, rect, view, { width: 20, height: 20 }, (index) => index + 1);
    return out;
  };
  const whole = paint({ x0: 0, y0: 0, x1: 40, y1: 40 });
  const part = paint({ x0: 7, y0: 9, x1: 20, y1: 21 });
  for (let y = 9; y < 21; y++) for (let x = 7; x < 20; x++) assert.equal(part[(y - 9) * 13 + x - 7], whole[y * 40 + x]);
});

test("colours: background is clear, ignore yellow, additions orange, losses blue", () => {
  const labels = labelColors(CEL, 0.5);
  assert.equal(labels[0], 0);
  assert.equal(labels[1] >>> 24, 128);
  assert.equal(labels[255], packColor([255, 214, 0], 0.5));
  const difference = differenceColors(1);
  assert.equal(difference[0], 0);
  assert.equal(difference[1 * 256 + 0], packColor([255, 140, 26], 1));
  assert.equal(difference[0 * 256 + 1], packColor([70, 110, 255], 1));
  assert.equal(heatColors(1)[0] >>> 24, 0);
});

test("keys go by place, Command counts as Ctrl, and every key is told of once", () => {
  const actions = actionsByChord();
  assert.equal(actions.get(chordOf({ code: "KeyB" })), "tool.brush");
  assert.equal(actions.get(chordOf({ code: "KeyZ", metaKey: true, shiftKey: true })), "edit.redo");
  assert.equal(actions.size, Object.keys(DEFAULT_KEYS).length);
  const told = Object.values(KEY_TEXTS).flatMap(Object.keys);
  assert.deepEqual(new Set(told), new Set(Object.keys(DEFAULT_KEYS).filter((action) => action !== "edit.redo2")));
  assert.deepEqual(keyCaps("Ctrl+Shift+KeyZ"), ["Ctrl", "Shift", "Z"]);
  assert.deepEqual(keyCaps("Shift+Slash"), ["?"]);
});

test("settings are kept, what belongs to a frame is not", () => {
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  const store = new Store(storage);
  store.set({ size: 7, visible: false, value: 255 });
  const again = new Store(storage);
  assert.equal(again.settings.size, 7);
  assert.equal(again.settings.visible, true);
  assert.equal(again.settings.value, 1);
  kept.set("sakkan.editor.settings", "{not json");
  assert.equal(new Store(storage).settings.size, 24);
});

test("sliders reach one pixel and the widest brush", () => {
  assert.equal(fromSlider("size", 0), 1);
  assert.equal(fromSlider("size", 100), 400);
  assert.equal(toSlider("opacity", 0.5), 50);
  assert.ok(Math.abs(fromSlider("size", toSlider("size", 24)) - 24) <= 1);
});
