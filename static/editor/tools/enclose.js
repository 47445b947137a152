/** Enclose and fill (takoi-nuri): every region that lies inside what is drawn round, wholly or for the most part. */

import { polygonSpans } from "../raster/polygon.js";
import { regionsInside } from "../regions/fill.js";
import { eraseWithAlt, fillRegion, mapOf, steppedTolerance } from "../regions/stroke.js";
import { previewColor } from "../render/marks.js";
import { drawFigure } from "./clicks.js";

export const enclose = {
  name: "enclose",
  erases: false,
  usesAlt: true,
  stepped: steppedTolerance,
  start: eraseWithAlt,
  finish(stroke) {
    const map = mapOf(stroke);
    if (!map) return;
    const { inside, box } = mask(stroke.points, map);
    const share = Number(stroke.store.settings.encloseShare);
    for (const region of regionsInside(map, inside, box, share)) fillRegion(stroke, region);
  },
  hud(context, viewport, { stroke, doc }) {
    if (stroke) drawFigure(context, viewport, stroke.points, previewColor(doc.kind, stroke.value, 0.15));
  },
};

/** The polygon as a mask, and the rectangle round it. */
function mask(points, { width, height }) {
  const inside = new Uint8Array(width * height);
  const box = { x0: width, y0: height, x1: 0, y1: 0 };
  polygonSpans(points, { width, height }, (y, x0, x1) => {
    inside.fill(1, y * width + x0, y * width + x1);
    box.x0 = Math.min(box.x0, x0);
    box.x1 = Math.max(box.x1, x1);
    box.y0 = Math.min(box.y0, y);
    box.y1 = Math.max(box.y1, y + 1);
  });
  return { inside, box };
}
