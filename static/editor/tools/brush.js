/** Brush, eraser and pencil: discs of an exact width along the pointer's way. */

import { discOrigin, discRows } from "../raster/disc.js";
import { strokeSpans } from "../raster/line.js";
import { framePath, outline } from "../render/marks.js";

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

/**
 * A tool that draws along the pointer's way.
 * @param {object} tool name, erases, stepped
 * @param {(settings: object, point: import("../strokes.js").Point) => number} width at a point, in px
 * @param {(settings: object) => number} shown width of the outline under the pointer
 */
export function makeBrush(tool, width, shown) {
  return {
    ...tool,
    steady: true,
    start(stroke, point) {
      strokeSpans(point, point, width(stroke.store.settings, point), stroke.span);
    },
    /** A segment has the width of its end throughout. */
    move(stroke, point) {
      strokeSpans(stroke.points.at(-1), point, width(stroke.store.settings, point), stroke.span);
    },
    hud(context, viewport, { settings, hover, stroke }) {
      if (stroke?.string && hover) outline(context, framePath(viewport, [stroke.string.tip, hover]));
      const at = stroke?.string?.tip ?? hover;
      if (at) outline(context, discPath(viewport, at, shown(settings)));
    },
  };
}

export const brush = makeBrush({ name: "brush", erases: false }, widthAt, ({ size }) => size);
export const eraser = makeBrush({ name: "eraser", erases: true }, widthAt, ({ size }) => size);

/** The outline of just the pixels that a touch of the brush would set. */
function discPath(viewport, at, size) {
  const [left, top] = [discOrigin(at.x, size), discOrigin(at.y, size)];
  const rows = discRows(size);
  const corners = [];
  for (let row = 0; row < size; row++) {
    const x = left + rows[2 * row + 1];
    corners.push({ x, y: top + row }, { x, y: top + row + 1 });
  }
  for (let row = size - 1; row >= 0; row--) {
    const x = left + rows[2 * row];
    corners.push({ x, y: top + row + 1 }, { x, y: top + row });
  }
  return framePath(viewport, corners, { closed: true, snap: true });
}
