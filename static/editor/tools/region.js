/** Region pick: areas of flat colour are added to a class or taken away, one by one or along a drag. */

import { fillSpans, vote } from "../regions/fill.js";
import { drawHovered, eraseWithAlt, fillRegion, hoveredRegion, onTheWay, regionUnder, steppedTolerance } from "../regions/stroke.js";
import { putVote, voteText } from "../regions/votes.js";
import { boundsOf } from "../regions/work.js";
import { label } from "../render/marks.js";

export const region = {
  name: "region",
  erases: false,
  usesAlt: true,
  stepped: steppedTolerance,

  /** A region that has the class already is taken away, and with it those on the drag's further way; Shift always does. */
  start(stroke, point) {
    eraseWithAlt(stroke, { alt: point.alt || point.shift });
    const found = regionUnder(stroke, point);
    if (found === 0) return;
    if (!stroke.erase && !takesVote(stroke) && has(stroke, found)) eraseWithAlt(stroke, { alt: true });
    take(stroke, found);
  },

  move(stroke, point) {
    onTheWay(stroke, point, (found) => take(stroke, found));
  },

  /** What the draft says of the region stands beside the pointer. */
  hud(context, viewport, { settings, hover, doc, stroke }) {
    drawHovered(context, viewport, { settings, hover, doc });
    const found = doc?.draft && !stroke ? hoveredRegion({ settings, hover, doc }) : 0;
    if (found === 0) return;
    const said = vote(doc.regions.peek(boundsOf(settings, doc)), found, doc.draft);
    label(context, voteText(doc.kind, said), viewport.toScreen(hover.x, hover.y));
  },
};

function takesVote({ store, doc, erase }) {
  return Boolean(store.settings.regionVote && doc.draft && !erase);
}

function take(stroke, found) {
  if (!takesVote(stroke)) {
    fillRegion(stroke, found);
    return;
  }
  const { value } = vote(stroke.regions, found, stroke.doc.draft);
  const { fillGrow } = stroke.store.settings;
  fillSpans(stroke.regions, found, fillGrow, (y, x0, x1) => putVote(stroke.edit, y, x0, x1, value));
}

/** Whether most of a region has the class that is drawn with. */
function has({ regions, doc, value }, found) {
  return vote(regions, found, doc.sheet.values).value === value;
}
