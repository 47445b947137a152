/** Gradient: a drag sets the two points of the chosen layer; a press on one of them moves that one. */

import { framePath, label, outline } from "../render/marks.js";

/** A press this near to a point, in CSS px, takes it. */
const NEAR = 10;
/** A shorter drag is none. */
const SHORTEST = 4;

export const gradient = {
  name: "gradient",
  erases: false,
  reads: false,
  start(stroke, point) {
    stroke.end = endAt(stroke.doc.history.chosen, point);
  },
  finish(stroke) {
    const [from, to] = [stroke.points[0], stroke.points.at(-1)];
    if (Math.hypot(to.x - from.x, to.y - from.y) < SHORTEST * (from.unit ?? 1)) return;
    stroke.store.emit("layers.gradient", stroke.end ? { [stroke.end]: to } : { from, to });
  },
  hud(context, viewport, { stroke, doc }) {
    const depth = doc?.history.chosen?.depth;
    const ends = dragged(depth?.from ? depth : null, stroke);
    if (ends) drawEnds(context, viewport, ends);
  },
};

/** Which point of a layer's gradient a press takes: "from", "to", or null. */
export function endAt(layer, { x, y, unit = 1 }) {
  const depth = layer?.depth;
  if (!depth?.from) return null;
  const near = ([px, py]) => Math.hypot(px - x, py - y) <= NEAR * unit;
  return near(depth.to) ? "to" : near(depth.from) ? "from" : null;
}

/** The gradient as it would be if the drag ended here. */
function dragged(depth, stroke) {
  if (!stroke || stroke.points.length < 2) return depth;
  const place = ({ x, y }, end) => [x, y, depth?.[end][2] ?? null];
  const last = stroke.points.at(-1);
  if (stroke.end) return { ...depth, [stroke.end]: place(last, stroke.end) };
  return { from: place(stroke.points[0], "from"), to: place(last, "to") };
}

function drawEnds(context, viewport, { from, to }) {
  const points = [from, to].map(([x, y]) => ({ x, y }));
  outline(context, framePath(viewport, points));
  for (const [x, y, depth] of [from, to]) {
    const at = viewport.toScreen(x, y);
    const path = new Path2D();
    path.arc(at.x, at.y, 5 * devicePixelRatio, 0, 2 * Math.PI);
    outline(context, path);
    if (depth !== null) label(context, `${Math.round(100 * depth)} %`, at);
  }
}
