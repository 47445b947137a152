/** Smooth curve through the clicked points. */

import { curvePoints } from "../raster/curve.js";
import { previewColor, previewLine } from "../render/marks.js";
import { clicks, drawCorners, steppedLine, withHover } from "./clicks.js";
import { chainSpans } from "./polyline.js";

export const curve = {
  ...clicks,
  name: "curve",
  stepped: steppedLine,
  finish(stroke) {
    chainSpans(curvePoints(stroke.points, stroke.closed), stroke.store.settings.lineSize, stroke.span);
  },
  hud(context, viewport, { stroke, settings, hover, doc }) {
    if (!stroke) return;
    const points = curvePoints(withHover(stroke, hover));
    const size = settings.lineSize;
    const color = previewColor(doc.kind, stroke.value, 0.8);
    previewLine(context, viewport, { points, size, color, spans: (emit) => chainSpans(points, size, emit) });
    drawCorners(context, viewport, stroke, hover);
  },
};
