import assert from "node:assert/strict";
import { test } from "node:test";
import { paintRect } from "../../static/editor/render/paint.js";
import { Viewport } from "../../static/editor/viewport.js";
import { random } from "./helpers.mjs";

function viewport(screen = [1000, 600], image = [1920, 1080]) {
  const view = new Viewport();
  view.setScreen(...screen);
  view.setImage(...image);
  return view;
}

function near(actual, expected, within = 1e-9) {
  assert.ok(Math.hypot(actual.x - expected.x, actual.y - expected.y) <= within, `${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}

/** A frame of 100 x 50 on a screen of 200 x 200, at 2:1, its middle in the middle. */
function small() {
  const view = viewport([200, 200], [100, 50]);
  assert.equal(view.scale, 2);
  return view;
}

test("turned by a quarter to the right, the frame's top is on the right", () => {
  const view = small();
  view.turnTo(90);
  near(view.toScreen(50, 25), { x: 100, y: 100 });
  near(view.toScreen(0, 0), { x: 150, y: 0 }, 0);
  near(view.toScreen(100, 0), { x: 150, y: 200 }, 0);
  near(view.toImage(150, 0), { x: 0, y: 0 }, 0);
  assert.deepEqual(view.matrix(), { a: 0, b: 2, c: -2, d: 0, e: 150, f: 0 });
});

test("mirrored, left is right; turning still goes clockwise on the screen", () => {
  const view = small();
  view.mirror();
  near(view.toScreen(0, 0), { x: 200, y: 50 }, 0);
  near(view.toScreen(10, 5), { x: 180, y: 60 }, 0);
  view.turnTo(90);
  near(view.toScreen(0, 0), { x: 150, y: 200 }, 0);
  near(view.toScreen(100, 0), { x: 150, y: 0 }, 0);
});

test("mirroring a turned view swaps left and right of the screen, and twice is as before", () => {
  const view = small();
  view.turnTo(30);
  const before = view.toScreen(80, 10);
  view.mirror();
  assert.equal(view.angle, -30);
  near(view.toScreen(80, 10), { x: 200 - before.x, y: before.y });
  view.mirror();
  near(view.toScreen(80, 10), before);
  assert.equal(view.angle, 30);
});

test("30 degrees by hand: half of x goes down, 0.866 of it right", () => {
  const view = small();
  view.turnTo(30);
  view.zoomTo(1, 100, 100);
  const middle = view.toScreen(50, 25);
  const at = view.toScreen(60, 25);
  near({ x: at.x - middle.x, y: at.y - middle.y }, { x: 10 * Math.sqrt(0.75), y: 5 });
});

test("frame to screen and back is where it began, for any view; the matrix says the same", () => {
  const next = random(21);
  const view = viewport();
  for (let i = 0; i < 300; i++) {
    view.zoomTo(0.2 + next() * 20, next() * 1000, next() * 600);
    view.turnTo(next() * 720 - 360, next() * 1000, next() * 600);
    if (next() < 0.3) view.mirror();
    const point = { x: next() * 1920, y: next() * 1080 };
    const screen = view.toScreen(point.x, point.y);
    near(view.toImage(screen.x, screen.y), point, 1e-6);
    const { a, b, c, d, e, f } = view.matrix();
    near(screen, { x: a * point.x + c * point.y + e, y: b * point.x + d * point.y + f }, 0);
    assert.ok(Math.abs(Math.hypot(a, b) - view.scale) < 1e-9);
  }
});

test("the point turned about stays, and a fitted view stays fitted", () => {
  const view = viewport();
  view.zoomTo(4);
  const held = view.toImage(300, 200);
  view.turnTo(37, 300, 200);
  near(view.toImage(300, 200), held, 1e-6);
  view.fit();
  view.turnTo(90);
  assert.equal(view.scale, 600 / 1920);
  near(view.toScreen(960, 540), { x: 500, y: 300 }, 1);
});

test("keys turn to the next multiple of 15 degrees, round the whole circle", () => {
  const view = viewport();
  view.turnTo(7);
  view.turnStep(1);
  assert.equal(view.angle, 15);
  view.turnTo(7);
  view.turnStep(-1);
  assert.equal(view.angle, 0);
  for (let i = 0; i < 24; i++) view.turnStep(-1);
  assert.equal(view.angle, 0);
  for (let i = 0; i < 12; i++) view.turnStep(1);
  assert.equal(view.angle, 180);
  view.turnStep(1);
  assert.equal(view.angle, -165);
  view.mirror();
  view.straighten();
  assert.deepEqual([view.angle, view.mirrored], [0, false]);
});

test("straight again, the origin is back on whole pixels", () => {
  const view = viewport();
  view.zoomTo(3, 10, 10);
  for (const angle of [13, 26, 77, 0]) view.turnTo(angle, 333, 222);
  assert.ok(Number.isInteger(view.x) && Number.isInteger(view.y));
});

test("at any angle some of the frame stays in sight", () => {
  const next = random(22);
  const view = viewport();
  for (let i = 0; i < 100; i++) {
    view.turnTo(next() * 360);
    view.zoomTo(0.3 + next() * 8);
    view.panBy((next() - 0.5) * 1e6, (next() - 0.5) * 1e6);
    assert.ok(view.screenRect({ x0: 0, y0: 0, x1: 1920, y1: 1080 }));
  }
});

const REFERENCE = { width: 7, height: 5 };
const values = Uint8Array.from({ length: 35 }, (_, i) => i + 1);

/** What each pixel of a screen of 40 x 30 shows, each taken back by the inverse of the matrix. */
function shown(view) {
  const { a, b, c, d, e, f } = view.matrix();
  const det = a * d - b * c;
  return Uint32Array.from({ length: 1200 }, (_, at) => {
    const [x, y] = [(at % 40) + 0.5 - e, Math.floor(at / 40) + 0.5 - f];
    const [px, py] = [Math.floor((d * x - c * y) / det), Math.floor((a * y - b * x) / det)];
    const inside = px >= 0 && py >= 0 && px < 7 && py < 5;
    return inside ? values[py * 7 + px] : 0;
  });
}

test("labels are sampled to the pixel at any angle, mirrored or not", () => {
  for (const angle of [0, 180, 90, -90, 15, 33.3, -120]) {
    for (const mirrored of [false, true]) {
      const view = viewport([40, 30], [7, 5]);
      view.turnTo(angle);
      if (mirrored) view.mirror();
      view.zoomTo(3.713, 11, 9);
      const out = new Uint32Array(1200).fill(99);
      paintRect(out, { x0: 0, y0: 0, x1: 40, y1: 30 }, view, REFERENCE, (index) => values[index]);
      assert.deepEqual(out, shown(view), `${angle} ${mirrored}`);
      assert.ok(new Set(out).size > 10);
    }
  }
});

test("a part is painted into a longer row as it is in the whole", () => {
  for (const angle of [0, 25]) {
    const view = viewport([40, 30], [7, 5]);
    view.turnTo(angle);
    const whole = shown(view);
    const out = new Uint32Array(40 * 30).fill(99);
    paintRect(out, { x0: 13, y0: 4, x1: 33, y1: 24 }, view, REFERENCE, (index) => values[index], 40);
    for (let y = 0; y < 20; y++) {
      assert.deepEqual([...out.subarray(y * 40, y * 40 + 20)], [...whole.subarray((y + 4) * 40 + 13, (y + 4) * 40 + 33)]);
      assert.equal(out[y * 40 + 20], 99);
    }
  }
});

test("the screen's part of a changed rectangle covers each pixel that shows it, and little more", () => {
  const view = viewport([400, 300], [200, 100]);
  view.zoomTo(3);
  view.turnTo(40);
  const part = { x0: 90, y0: 40, x1: 110, y1: 60 };
  const rect = view.screenRect(part);
  for (let y = 0; y < 300; y++) {
    for (let x = 0; x < 400; x++) {
      const at = view.toImage(x + 0.5, y + 0.5);
      const inside = at.x >= 90 && at.x < 110 && at.y >= 40 && at.y < 60;
      if (inside) assert.ok(x >= rect.x0 && x < rect.x1 && y >= rect.y0 && y < rect.y1);
    }
  }
  const side = 60 * (Math.cos((40 * Math.PI) / 180) + Math.sin((40 * Math.PI) / 180));
  assert.ok(rect.x1 - rect.x0 <= side + 4 && rect.y1 - rect.y0 <= side + 4);
  assert.equal(view.screenRect({ x0: -500, y0: -500, x1: -400, y1: -400 }), null);
});

test("the visible part holds every frame pixel on the screen", () => {
  const view = viewport([100, 80], [2000, 2000]);
  view.zoomTo(4);
  view.turnTo(-70);
  const { x0, y0, x1, y1 } = view.visiblePart();
  for (const [x, y] of [[0, 0], [100, 0], [0, 80], [100, 80]]) {
    const at = view.toImage(x, y);
    assert.ok(at.x >= x0 && at.x <= x1 && at.y >= y0 && at.y <= y1);
  }
  assert.ok(x1 - x0 < 40 && y1 - y0 < 40);
});
