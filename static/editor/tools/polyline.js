/** Polyline: straight lines from click to click. */

import { strokeSpans } from "../raster/line.js";
import { previewColor, previewLine } from "../render/marks.js";
import { clicks, drawCorners, steppedLine, withHover } from "./clicks.js";

export const polyline = {
  ...clicks,
  name: "polyline",
  stepped: steppedLine,
  finish(stroke) {
    chainSpans(corners(stroke, stroke.points), stroke.store.settings.lineSize, stroke.span);
  },
  hud(context, viewport, { stroke, settings, hover, doc }) {
    if (!stroke) return;
    const points = withHover(stroke, hover);
    const size = settings.lineSize;
    const color = previewColor(doc.kind, stroke.value, 0.8);
    previewLine(context, viewport, { points, size, color, spans: (emit) => chainSpans(points, size, emit) });
    drawCorners(context, viewport, stroke, hover);
  },
};

/**
 * Spans of a chain of straight lines of one width.
 * @param {{x: number, y: number}[]} points in px of the frame
 */
export function chainSpans(points, size, emit) {
  for (let i = 0; i < points.length; i++) strokeSpans(points[Math.max(0, i - 1)], points[i], size, emit);
}

function corners({ closed }, points) {
  return closed ? [...points, points[0]] : points;
}
