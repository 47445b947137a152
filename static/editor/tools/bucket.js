/** Bucket: a touch fills the region under it, a drag all regions it passes. */

import { drawHovered, eraseWithAlt, fillRegion, onTheWay, regionUnder, steppedTolerance } from "../regions/stroke.js";

export const bucket = {
  name: "bucket",
  erases: false,
  usesAlt: true,
  stepped: steppedTolerance,
  start(stroke, point) {
    eraseWithAlt(stroke, point);
    const region = regionUnder(stroke, point);
    if (region > 0) fillRegion(stroke, region);
  },
  move(stroke, point) {
    onTheWay(stroke, point, (region) => fillRegion(stroke, region));
  },
  hud: drawHovered,
};
