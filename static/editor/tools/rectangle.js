/** Rectangle: from the pixel under the press to the pixel under the release, both included; with Shift a square. */

import { framePath, outline, previewColor } from "../render/marks.js";

export const rectangle = {
  name: "rectangle",
  erases: false,
  start() {},
  finish(stroke) {
    boxSpans(boxBetween(stroke.points[0], stroke.points.at(-1)), stroke.span);
  },
  hud(context, viewport, { stroke, doc }) {
    if (stroke) drawBox(context, viewport, stroke, previewColor(doc.kind, stroke.value, 0.3));
  },
};

/**
 * Pixels between two points, those under both included: {x0, y0, x1, y1}, ends excluded.
 * @param {import("../strokes.js").Point} from
 * @param {import("../strokes.js").Point} to with `shift` the longer side counts for both
 */
export function boxBetween(from, to) {
  const [x, y] = [Math.floor(from.x), Math.floor(from.y)];
  let [dx, dy] = [Math.floor(to.x) - x, Math.floor(to.y) - y];
  if (to.shift) {
    const side = Math.max(Math.abs(dx), Math.abs(dy));
    [dx, dy] = [dx < 0 ? -side : side, dy < 0 ? -side : side];
  }
  return { x0: Math.min(x, x + dx), y0: Math.min(y, y + dy), x1: Math.max(x, x + dx) + 1, y1: Math.max(y, y + dy) + 1 };
}

/** Rows of a box as spans. */
export function boxSpans({ x0, y0, x1, y1 }, emit) {
  for (let y = y0; y < y1; y++) emit(y, x0, x1);
}

/** Show the box that a stroke has drawn so far. */
export function drawBox(context, viewport, { points }, color) {
  const { x0, y0, x1, y1 } = boxBetween(points[0], points.at(-1));
  const corners = [{ x: x0, y: y0 }, { x: x1, y: y0 }, { x: x1, y: y1 }, { x: x0, y: y1 }];
  const path = framePath(viewport, corners, { closed: true, snap: true });
  context.fillStyle = color;
  context.fill(path);
  outline(context, path);
}
