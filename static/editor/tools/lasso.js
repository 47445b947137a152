/** Lasso: the region drawn round is filled when the pointer is lifted. */

import { polygonSpans } from "../raster/polygon.js";

export const lasso = {
  name: "lasso",
  erases: false,
  start() {},
  finish(stroke) {
    polygonSpans(stroke.points, stroke.doc, stroke.span);
  },
  hud(context, viewport, { stroke }) {
    if (!stroke) return;
    const path = new Path2D();
    for (const point of stroke.points) {
      const { x, y } = viewport.toScreen(point.x, point.y);
      path.lineTo(x, y);
    }
    path.closePath();
    context.fillStyle = stroke.value === 0 ? "rgb(255 255 255 / 12%)" : "rgb(224 32 240 / 18%)";
    context.fill(path);
    context.lineWidth = 3;
    context.strokeStyle = "rgb(0 0 0 / 55%)";
    context.stroke(path);
    context.lineWidth = 1;
    context.strokeStyle = "#fff";
    context.stroke(path);
  },
};
