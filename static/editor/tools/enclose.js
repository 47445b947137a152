/** Enclose and fill (takoi-nuri): every region inside a loop, or the figure a box is drawn round; what is taken lights up. */

import { polygonSpans } from "../raster/polygon.js";
import { regionsBoxed, regionsInside } from "../regions/enclosed.js";
import { drawRegions } from "../regions/highlight.js";
import { eraseWithAlt, fillRegion, mapOf, readyMap, steppedTolerance } from "../regions/stroke.js";
import { previewColor } from "../render/marks.js";
import { drawFigure } from "./clicks.js";
import { boxBetween, drawBox } from "./rectangle.js";

export const enclose = {
  name: "enclose",
  erases: false,
  usesAlt: true,
  stepped: steppedTolerance,
  start: eraseWithAlt,
  finish(stroke) {
    const map = mapOf(stroke);
    if (map) for (const region of taken(stroke, map)) fillRegion(stroke, region);
  },
  hud(context, viewport, { stroke, doc, settings }) {
    if (!stroke) return;
    const map = readyMap({ doc, settings });
    if (map) drawRegions(context, viewport, map, taken(stroke, map));
    const color = map ? "transparent" : previewColor(doc.kind, stroke.value, 0.15);
    if (isBox(settings)) drawBox(context, viewport, stroke, color);
    else drawFigure(context, viewport, stroke.points, color);
  },
};

function isBox({ encloseShape }) {
  return encloseShape === "box";
}

/** Regions that a stroke would fill, or take away, if it ended here. @returns {number[]} */
export function taken({ points, erase, store: { settings } }, map) {
  const share = Number(settings.encloseShare);
  if (!isBox(settings)) return regionsInside(map, (emit) => polygonSpans(points, map, emit), share);
  // What is taken away may well look like what is outside.
  return regionsBoxed(map, boxBetween(points[0], points.at(-1)), { share, all: erase });
}
