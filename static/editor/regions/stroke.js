/** What the tools that work on regions share: the map a stroke works on, filling, regions on a drag's way. */

import { t } from "../i18n.js";
import { bresenham } from "../raster/line.js";
import { fillSpans, regionAt } from "./fill.js";
import { drawRegion } from "./highlight.js";
import { boundsOf } from "./work.js";

/** A drag takes up further regions only after this way, in CSS px: a tap's tremble is none. */
const DRAG = 6;

/**
 * The stroke's map, as the regions were when it began.
 * @param {import("../strokes.js").Stroke} stroke
 * @returns {import("./build.js").RegionMap | null} null where it has still to be waited for, which the person is told
 */
export function mapOf(stroke) {
  const { doc, store } = stroke;
  stroke.regions ??= doc.regions.now(boundsOf(store.settings, doc));
  if (!stroke.regions) store.emit("fill.wait", t("The regions of this frame are still being worked out. Try again in a moment."));
  return stroke.regions;
}

/** Fill a region with the stroke's value. */
export function fillRegion(stroke, region) {
  fillSpans(stroke.regions, region, stroke.store.settings.fillGrow, stroke.span);
}

/** With Alt, as with the right button, a stroke takes away. */
export function eraseWithAlt(stroke, point) {
  if (!point.alt) return;
  stroke.erase = true;
  stroke.value = 0;
}

/**
 * Regions that a drag passes on its way to a point, each once a stroke; not those it only touches under a line.
 * @param {import("../strokes.js").Stroke} stroke
 * @param {{x: number, y: number}} point
 * @param {(region: number) => void} visit
 */
export function onTheWay(stroke, point, visit) {
  const [first] = stroke.points;
  const { regions: map } = stroke;
  stroke.dragged ||= Math.hypot(point.x - first.x, point.y - first.y) >= DRAG * (point.unit ?? 1);
  if (!map || !stroke.dragged) return;
  const from = stroke.reached ?? first;
  bresenham(...cell(from), ...cell(point), (x, y) => {
    const region = regionAt(map, x, y);
    if (region === 0 || map.lines[y * map.width + x] === 1 || stroke.visited.has(region)) return;
    stroke.visited.add(region);
    visit(region);
  });
  stroke.reached = point;
}

/** The region a stroke begins on; 0 for none. */
export function regionUnder(stroke, point) {
  stroke.visited = new Set();
  const map = mapOf(stroke);
  const region = map ? regionAt(map, ...cell(point)) : 0;
  if (region > 0) stroke.visited.add(region);
  return region;
}

/** Light up the region under the pointer, where its map is there. */
export function drawHovered(context, viewport, { settings, hover, doc }) {
  const region = hoveredRegion({ settings, hover, doc });
  if (region) drawRegion(context, viewport, readyMap({ settings, doc }), region, settings.fillGrow);
}

/** Region under the pointer; 0 for none, or none known yet. */
export function hoveredRegion({ settings, hover, doc }) {
  const map = hover && readyMap({ settings, doc });
  return map ? regionAt(map, ...cell(hover)) : 0;
}

/** The map of the tool in hand, if it is there: what is looked at while the pointer moves waits for none. */
export function readyMap({ settings, doc }) {
  return doc?.regions?.peek(boundsOf(settings, doc)) ?? null;
}

/** Another tolerance by the size keys. */
export function steppedTolerance({ tolerance }, direction) {
  return { tolerance: Math.min(128, Math.max(4, tolerance + 2 * direction)) };
}

function cell({ x, y }) {
  return [Math.floor(x), Math.floor(y)];
}
