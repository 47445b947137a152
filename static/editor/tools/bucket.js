/** Bucket: fills the region under the pointer, bounded by the label map or by the image's colour. */

import { docPixels } from "../pixels.js";
import { floodSpans, sameValue, similarColor } from "../raster/flood.js";

export const bucket = {
  name: "bucket",
  erases: false,
  start(stroke, point) {
    const { doc, store } = stroke;
    const seed = { x: Math.floor(point.x), y: Math.floor(point.y) };
    if (!doc.sheet.contains(seed.x, seed.y)) return;
    const spans = floodSpans(doc.width, doc.height, seed, boundary(doc, store.settings, seed));
    for (let i = 0; i < spans.length; i += 3) stroke.span(spans[i], spans[i + 1], spans[i + 2]);
  },
};

function boundary(doc, settings, seed) {
  const index = seed.y * doc.width + seed.x;
  if (settings.fillBy === "color") return similarColor(docPixels(doc), index, settings.tolerance);
  return sameValue(doc.sheet.values, index);
}
