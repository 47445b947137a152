/** What the tools of several clicks share: each click adds a corner, which follows the pointer while it is held. */

import { snapped } from "../raster/angles.js";
import { framePath, outline } from "../render/marks.js";

/** A click this near to the first corner, in CSS px, closes the figure. */
const CLOSE = 8;

/** Widest line of the line tools in px. */
export const MAX_LINE = 50;

/** The size keys set the width of lines. */
export function steppedLine({ lineSize }, direction) {
  return { lineSize: Math.min(MAX_LINE, Math.max(1, lineSize + direction)) };
}

/** A corner's place: with Shift the line to it has a multiple of 15 degrees. */
export function aimed(before, point) {
  return before && point.shift ? snapped(before, point) : point;
}

/** Start, press, move and back of a tool of several clicks. */
export const clicks = {
  erases: false,
  multi: true,
  start() {},

  /** @returns {boolean} whether the click closed the figure */
  press(stroke, point) {
    stroke.closed = closes(stroke, point);
    if (!stroke.closed) stroke.points.push(aimed(stroke.points.at(-1), point));
    return stroke.closed;
  },

  move(stroke, point) {
    stroke.points[stroke.points.length - 1] = aimed(stroke.points.at(-2), point);
  },

  back(stroke) {
    stroke.points.pop();
    return stroke.points.length > 0;
  },
};

/** The corners as they would be with the pointer's place as the next one. */
export function withHover({ points, pen }, hover) {
  const next = hover && !(hover.x === pen.x && hover.y === pen.y);
  return next ? [...points, aimed(points.at(-1), hover)] : points;
}

/** Small squares at the corners; the first is larger where a click would close the figure. */
export function drawCorners(context, viewport, stroke, hover) {
  const closing = hover && closes(stroke, hover);
  stroke.points.forEach((point, i) => {
    const { x, y } = viewport.toScreen(point.x, point.y);
    const side = (i === 0 && closing ? 12 : 6) * devicePixelRatio;
    const path = new Path2D();
    path.rect(Math.round(x - side / 2) + 0.5, Math.round(y - side / 2) + 0.5, side, side);
    outline(context, path);
  });
}

/** Fill and border of a figure that is being clicked together. */
export function drawFigure(context, viewport, points, color) {
  const path = framePath(viewport, points, { closed: true });
  context.fillStyle = color;
  context.fill(path);
  outline(context, path);
}

function closes({ points }, point) {
  const [first] = points;
  return points.length > 2 && Math.hypot(point.x - first.x, point.y - first.y) <= CLOSE * point.unit;
}
