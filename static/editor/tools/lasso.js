/** Lasso: the region drawn round is filled when the pointer is lifted. */

import { polygonSpans } from "../raster/polygon.js";
import { previewColor } from "../render/marks.js";
import { drawFigure } from "./clicks.js";

export const lasso = {
  name: "lasso",
  erases: false,
  start() {},
  finish(stroke) {
    polygonSpans(stroke.points, stroke.doc, stroke.span);
  },
  hud(context, viewport, { stroke, doc }) {
    if (stroke) drawFigure(context, viewport, stroke.points, previewColor(doc.kind, stroke.value, 0.25));
  },
};
