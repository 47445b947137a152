/** What a tap on lines does: one segment gets a class or goes, two ends are joined, an overshoot is trimmed. */

import { strokeSpans } from "../raster/line.js";
import { joinAt, overshootAt, pixelsOf, segmentAt } from "./hit.js";

/** How near a tap must be, in CSS px. */
export const NEAR = 7;

/**
 * What lies under the pen and would be changed by a tap.
 * @param {import("./segments.js").SegmentMap} map
 * @param {{width: number, height: number}} size of the frame
 * @param {{x: number, y: number, unit: number}} point in px of the frame; unit: frame px a CSS px
 * @param {{trim: boolean, reach: number}} mode trim: overshoots only; reach: widest opening that is joined, in px
 * @returns {{segment: number} | {join: object} | {overshoot: object} | null}
 */
export function targetAt(map, size, point, { trim, reach }) {
  const near = Math.max(1.5, NEAR * (point.unit ?? 1));
  if (trim) {
    const overshoot = overshootAt(map.overshoots, point, 2 * near);
    return overshoot && { overshoot };
  }
  const segment = segmentAt(map, size, point, near);
  const join = joinAt(map.joins.filter(({ gap }) => gap <= reach), point, near);
  if (join && join.away < (segment?.away ?? Infinity)) return { join: join.join };
  return segment && { segment: segment.segment };
}

/**
 * Do to a target what a tap does.
 * @param {import("../history.js").Edit} edit
 * @param {import("./segments.js").SegmentMap} map
 * @param {object} target of `targetAt`
 * @param {{value: number, erase: boolean}} how stored value of a line, or erase the segment
 */
export function tap(edit, map, target, { value, erase }) {
  if (target.overshoot) edit.erasePixels(target.overshoot.pixels, "ink");
  else if (target.join) drawJoin(edit, target.join);
  else if (erase) edit.erasePixels(pixelsOf(map, target.segment), "ink");
  else edit.setPixels(pixelsOf(map, target.segment), value);
}

/** Draw the stroke that closes an opening. */
export function drawJoin(edit, { from, to, size, value }) {
  strokeSpans(from, to, size, (y, x0, x1) => edit.fillSpan(y, x0, x1, value));
}

/** Openings between two ends that are no wider than so many px. */
export function joinsUnder(map, gap) {
  return map.joins.filter((join) => join.meets === "end" && join.gap <= gap);
}
