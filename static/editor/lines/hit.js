/** What of a segment map lies under the pen. Coordinates and reaches in px of the frame. */

/**
 * The segment nearest to a point.
 * @param {import("./segments.js").SegmentMap} map
 * @param {{width: number, height: number}} size of the frame
 * @param {{x: number, y: number}} point
 * @param {number} reach
 * @returns {{segment: number, away: number} | null} away: px to the centre of its nearest pixel, 0 on it
 */
export function segmentAt({ ids }, { width, height }, { x, y }, reach) {
  const [cx, cy] = [Math.floor(x), Math.floor(y)];
  if (cx >= 0 && cy >= 0 && cx < width && cy < height && ids[cy * width + cx]) {
    return { segment: ids[cy * width + cx] - 1, away: 0 };
  }
  const far = Math.ceil(reach);
  let best = null;
  for (let py = Math.max(0, cy - far); py <= Math.min(height - 1, cy + far); py++) {
    for (let px = Math.max(0, cx - far); px <= Math.min(width - 1, cx + far); px++) {
      const id = ids[py * width + px];
      const away = id ? Math.hypot(px + 0.5 - x, py + 0.5 - y) : Infinity;
      if (away <= reach && away < (best?.away ?? Infinity)) best = { segment: id - 1, away };
    }
  }
  return best;
}

/**
 * The opening nearest to a point.
 * @param {import("./joins.js").Join[]} joins
 * @param {{x: number, y: number}} point
 * @param {number} reach
 * @returns {{join: import("./joins.js").Join, away: number} | null} away: px from the line that would close it
 */
export function joinAt(joins, point, reach) {
  let best = null;
  for (const join of joins) {
    const away = distanceTo(join.from, join.to, point);
    if (away <= reach && away < (best?.away ?? Infinity)) best = { join, away };
  }
  return best;
}

/** The overshoot whose tip is nearest to a point, or null. */
export function overshootAt(overshoots, point, reach) {
  let best = null;
  for (const overshoot of overshoots) {
    const away = Math.hypot(overshoot.x - point.x, overshoot.y - point.y);
    if (away <= reach && away < (best?.away ?? Infinity)) best = { overshoot, away };
  }
  return best?.overshoot ?? null;
}

/** A segment's pixels as y * width + x. */
export function pixelsOf({ starts, pixels }, segment) {
  return pixels.subarray(starts[segment], starts[segment + 1]);
}

/** Whether a segment still is what the map says: each of its pixels has its stored value. */
export function isCurrent(map, segment, values) {
  const value = map.values[segment];
  return pixelsOf(map, segment).every((at) => values[at] === value);
}

/** Distance of a point from the stretch between two others. */
function distanceTo(a, b, { x, y }) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const square = dx * dx + dy * dy;
  const along = square ? Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / square)) : 0;
  return Math.hypot(x - a.x - along * dx, y - a.y - along * dy);
}
