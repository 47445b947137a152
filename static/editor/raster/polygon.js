/** Filled polygons: a pixel is inside when its centre is, by the nonzero winding rule. No anti-aliasing. */

/**
 * @param {{x: number, y: number}[]} points corners in px of the frame; the last joins the first
 * @param {{width: number, height: number}} bounds spans are cut to it
 * @param {(y: number, x0: number, x1: number) => void} emit x1 is excluded
 */
export function polygonSpans(points, bounds, emit) {
  if (points.length < 3) return;
  const crossings = crossingsByRow(points, bounds.height);
  for (const [y, list] of crossings) emitRow(y, list, bounds.width, emit);
}

/** Map row -> [{x, turn}]: where edges cross the line through the row's pixel centres. */
function crossingsByRow(points, height) {
  const rows = new Map();
  for (let i = 0; i < points.length; i++) {
    const a = points[i];
    const b = points[(i + 1) % points.length];
    if (a.y === b.y) continue;
    const [upper, lower, turn] = a.y < b.y ? [a, b, 1] : [b, a, -1];
    const slope = (lower.x - upper.x) / (lower.y - upper.y);
    const last = Math.min(height - 1, Math.ceil(lower.y - 0.5) - 1);
    for (let y = Math.max(0, Math.ceil(upper.y - 0.5)); y <= last; y++) {
      const x = upper.x + (y + 0.5 - upper.y) * slope;
      if (!rows.has(y)) rows.set(y, []);
      rows.get(y).push({ x, turn });
    }
  }
  return rows;
}

function emitRow(y, crossings, width, emit) {
  crossings.sort((a, b) => a.x - b.x);
  let winding = 0;
  for (let i = 0; i < crossings.length - 1; i++) {
    winding += crossings[i].turn;
    if (winding === 0) continue;
    const x0 = Math.max(0, Math.ceil(crossings[i].x - 0.5));
    const x1 = Math.min(width, Math.ceil(crossings[i + 1].x - 0.5));
    if (x0 < x1) emit(y, x0, x1);
  }
}
