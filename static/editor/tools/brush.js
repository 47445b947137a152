/** Brush and eraser: discs of an exact width along the pointer's way. */

import { discOrigin, discRows } from "../raster/disc.js";
import { strokeSpans } from "../raster/line.js";

/** Widest brush in px. */
export const MAX_SIZE = 400;

/**
 * Width of a stroke segment that ends at a point.
 * @param {import("../store.js").DEFAULTS} settings
 * @param {import("../strokes.js").Point} point
 */
export function widthAt(settings, point) {
  // A mouse always reports the same pressure, which says nothing.
  const pressed = settings.penPressure && point.pointerType === "pen";
  return pressed ? Math.max(1, Math.round(settings.size * point.pressure)) : settings.size;
}

function makeBrush(name, erases) {
  return {
    name,
    erases,
    start(stroke, point) {
      strokeSpans(point, point, widthAt(stroke.store.settings, point), stroke.span);
    },
    /** A segment has the width of its end throughout. */
    move(stroke, point) {
      strokeSpans(stroke.points.at(-1), point, widthAt(stroke.store.settings, point), stroke.span);
    },
    hud: drawOutline,
  };
}

export const brush = makeBrush("brush", false);
export const eraser = makeBrush("eraser", true);

/** Outline just the pixels that a touch of the brush would set. */
function drawOutline(context, viewport, { settings, hover }) {
  if (!hover) return;
  const size = settings.size;
  const { scale } = viewport;
  const corner = viewport.toScreen(discOrigin(hover.x, size), discOrigin(hover.y, size));
  const path = outlinePath(size, corner, scale);
  context.lineWidth = 3;
  context.strokeStyle = "rgb(0 0 0 / 55%)";
  context.stroke(path);
  context.lineWidth = 1;
  context.strokeStyle = "#fff";
  context.stroke(path);
}

function outlinePath(size, corner, scale) {
  const rows = discRows(size);
  const path = new Path2D();
  const x = (column) => Math.round(corner.x + column * scale) + 0.5;
  const y = (row) => Math.round(corner.y + row * scale) + 0.5;
  path.moveTo(x(rows[0]), y(0));
  for (let row = 0; row < size; row++) {
    path.lineTo(x(rows[2 * row + 1]), y(row));
    path.lineTo(x(rows[2 * row + 1]), y(row + 1));
  }
  for (let row = size - 1; row >= 0; row--) {
    path.lineTo(x(rows[2 * row]), y(row + 1));
    path.lineTo(x(rows[2 * row]), y(row));
  }
  path.closePath();
  return path;
}
