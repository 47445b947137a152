/** Polygon: the area between the clicked corners is filled. */

import { polygonSpans } from "../raster/polygon.js";
import { previewColor } from "../render/marks.js";
import { clicks, drawCorners, drawFigure, withHover } from "./clicks.js";

export const polygon = {
  ...clicks,
  name: "polygon",
  finish(stroke) {
    polygonSpans(stroke.points, stroke.doc, stroke.span);
  },
  hud(context, viewport, { stroke, hover, doc }) {
    if (!stroke) return;
    drawFigure(context, viewport, withHover(stroke, hover), previewColor(doc.kind, stroke.value, 0.3));
    drawCorners(context, viewport, stroke, hover);
  },
};
