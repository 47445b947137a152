/** Straight line: from press to release, with Shift at a multiple of 15 degrees. */

import { discOrigin } from "../raster/disc.js";
import { snapped } from "../raster/angles.js";
import { strokeSpans } from "../raster/line.js";
import { previewColor, previewLine } from "../render/marks.js";
import { steppedLine } from "./clicks.js";

export const line = {
  name: "line",
  erases: false,
  stepped: steppedLine,
  start() {},
  finish(stroke) {
    strokeSpans(...ends(stroke), stroke.store.settings.lineSize, stroke.span);
  },
  hud(context, viewport, { stroke, settings, doc }) {
    if (!stroke) return;
    const points = ends(stroke);
    const size = settings.lineSize;
    const color = previewColor(doc.kind, stroke.value, 0.8);
    previewLine(context, viewport, { points, size, color, spans: (emit) => strokeSpans(...points, size, emit) });
  },
};

/** Begin and end. A line at 15 degrees leaves from the middle of the pen's first touch, so that its steps are even. */
function ends({ points, store }) {
  const [from, to] = [points[0], points.at(-1)];
  if (!to.shift) return [from, to];
  const { lineSize: size } = store.settings;
  const middle = { x: discOrigin(from.x, size) + size / 2, y: discOrigin(from.y, size) + size / 2 };
  return [middle, snapped(middle, to)];
}
