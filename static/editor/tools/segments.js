/** Line segments: the one under the pen lights up; a tap gives it the class, joins two ends or trims an overshoot. */

import { isCurrent, pixelsOf } from "../lines/hit.js";
import { tap, targetAt } from "../lines/tap.js";

/** A drag takes up further segments only after this way, in CSS px: a tap's tremble is none. */
const DRAG = 8;

export const segments = {
  name: "segments",
  start(stroke, point) {
    const { lines } = stroke.doc;
    if (!lines) return;
    const target = targetUnder(stroke, point);
    if (target) change(stroke, target);
    else if (!lines.fresh) stroke.store.emit("lines.late", point);
  },
  /** Further segments on the way get the class, too. */
  move(stroke, point) {
    const [first] = stroke.points;
    if (modeOf(stroke.store, first).trim || Math.hypot(point.x - first.x, point.y - first.y) < DRAG * point.unit) return;
    const target = targetUnder(stroke, { ...point, unit: 0, shift: first.shift });
    if (target?.segment >= 0) change(stroke, target);
  },
  hud(context, viewport, { settings, hover, doc }) {
    const { lines } = doc;
    if (!hover || !lines?.map) return;
    const target = litTarget(doc, hover, { trim: hover.shift || settings.trimMode, reach: settings.joinReach });
    if (target) drawTarget(context, viewport, lines.map, target, doc);
  },
};

/** What a tap at a point would change now; nothing that is no longer as the map says. */
export function litTarget(doc, point, mode) {
  const { lines } = doc;
  const target = targetAt(lines.map, doc, point, mode);
  if (!target || lines.fresh) return target;
  return target.segment >= 0 && isCurrent(lines.map, target.segment, doc.sheet.ink.values) ? target : null;
}

/** How the tool works now. */
export function modeOf({ settings }, point) {
  return { trim: point.shift || settings.trimMode, reach: settings.joinReach };
}

function targetUnder({ doc, store }, point) {
  return doc.lines?.map ? litTarget(doc, point, modeOf(store, point)) : null;
}

function change(stroke, target) {
  const { doc, store, edit, erase, value } = stroke;
  // What is no line class cannot be given to a line.
  if (target.segment >= 0 && !erase && !doc.sheet.isLine(value)) store.emit("lines.refused", value);
  else tap(edit, doc.lines.map, target, { value, erase });
}

function drawTarget(context, viewport, map, target, doc) {
  if (target.join) drawStroke(context, viewport, [target.join.from, target.join.to], target.join.size);
  else drawPixels(context, viewport, target.overshoot?.pixels ?? pixelsOf(map, target.segment), doc.width);
}

function drawStroke(context, viewport, points, size) {
  const path = new Path2D();
  for (const { x, y } of points) path.lineTo(...Object.values(viewport.toScreen(x, y)));
  context.lineCap = "round";
  outlined(context, path, Math.max(3, size * viewport.scale));
}

function outlined(context, path, width) {
  context.lineWidth = width + 4;
  context.strokeStyle = "rgb(0 0 0 / 70%)";
  context.stroke(path);
  context.lineWidth = width;
  context.strokeStyle = "#ffd866";
  context.stroke(path);
}

/** The pixels themselves, with a dark rim, so that they show on any ground. */
function drawPixels(context, viewport, pixels, width) {
  const path = spanPath(pixels, width);
  const { a, b, c, d, e, f } = viewport.matrix();
  context.save();
  context.setTransform(a, b, c, d, e, f);
  context.lineJoin = "round";
  context.lineWidth = 5 / viewport.scale;
  context.strokeStyle = "rgb(0 0 0 / 70%)";
  context.stroke(path);
  context.lineWidth = 1.5 / viewport.scale;
  context.strokeStyle = context.fillStyle = "#ffd866";
  context.stroke(path);
  context.fill(path);
  context.restore();
}

let drawn = { pixels: null, path: null };

/** Runs of pixels as one path; that of the last pixels asked for is kept. */
function spanPath(pixels, width) {
  if (samePixels(pixels, drawn.pixels)) return drawn.path;
  const path = new Path2D();
  for (let i = 0; i < pixels.length; ) {
    let end = i + 1;
    while (end < pixels.length && pixels[end] === pixels[end - 1] + 1 && pixels[end] % width) end++;
    path.rect(pixels[i] % width, Math.floor(pixels[i] / width), end - i, 1);
    i = end;
  }
  drawn = { pixels, path };
  return path;
}

/** A view on the same stretch of the same map. */
function samePixels(a, b) {
  return Boolean(b) && a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
}
