/** Take over: a touch takes the region under it from the draft, a drag all regions it passes. */

import { differingRegion, takeSpans } from "../draftwork.js";
import { strokeSpans } from "../raster/line.js";

export const take = {
  name: "take",
  start(stroke, point) {
    takeAt(stroke, Math.floor(point.x), Math.floor(point.y));
  },
  move(stroke, point) {
    strokeSpans(stroke.points.at(-1), point, 1, (y, x0, x1) => {
      for (let x = x0; x < x1; x++) takeAt(stroke, x, y);
    });
  },
};

function takeAt({ doc, edit }, x, y) {
  const { sheet, draft } = doc;
  if (!draft || !sheet.contains(x, y) || sheet.get(x, y) === draft[y * sheet.width + x]) return;
  takeSpans(edit, doc, differingRegion(sheet.values, draft, sheet, { x, y }));
}
