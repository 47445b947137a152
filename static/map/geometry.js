/** Planes and outlines of the map: numbers only. */

const BANDS = 256;

/** What is where: one `scale` for both axes, px a unit, around the point of the map that lies at (0, 0) px. */
export class View {
  constructor(scale = 1, left = 0, top = 0) {
    Object.assign(this, { scale, left, top });
  }

  /** The view in which all of `bounds` is seen, y upwards. */
  static fitting({ x0, y0, x1, y1 }, width, height, margin = 24) {
    const across = Math.max(x1 - x0, 1e-9);
    const up = Math.max(y1 - y0, 1e-9);
    const scale = Math.min(Math.max(width - 2 * margin, 1) / across, Math.max(height - 2 * margin, 1) / up);
    return new View(scale, (x0 + x1) / 2 - width / 2 / scale, (y0 + y1) / 2 + height / 2 / scale);
  }

  toScreen(x, y) {
    return { x: (x - this.left) * this.scale, y: (this.top - y) * this.scale };
  }

  toMap(x, y) {
    return { x: this.left + x / this.scale, y: this.top - y / this.scale };
  }

  /** Moved by so many px. */
  panned(dx, dy) {
    return new View(this.scale, this.left - dx / this.scale, this.top + dy / this.scale);
  }

  /** Enlarged by a factor; what lies at (x, y) px stays there. */
  zoomed(factor, x, y) {
    const at = this.toMap(x, y);
    const scale = this.scale * factor;
    return new View(scale, at.x - x / scale, at.y + y / scale);
  }
}

/** Least box around N points; a unit box without any. */
export function boundsOf(xs, ys) {
  if (!xs.length) return { x0: 0, y0: 0, x1: 1, y1: 1 };
  let [x0, y0, x1, y1] = [xs[0], ys[0], xs[0], ys[0]];
  for (let i = 1; i < xs.length; i++) {
    if (xs[i] < x0) x0 = xs[i];
    else if (xs[i] > x1) x1 = xs[i];
    if (ys[i] < y0) y0 = ys[i];
    else if (ys[i] > y1) y1 = ys[i];
  }
  return { x0, y0, x1, y1 };
}

/**
 * A test whether a point is inside an outline, by the nonzero winding rule: where a lasso crosses itself, what it went
 * round is inside. Edges are sorted into bands, so that a million points do not look at each edge.
 *
 * @param {{x: number, y: number}[]} corners the last joins the first
 * @returns {(x: number, y: number) => boolean}
 */
export function insideOf(corners) {
  if (corners.length < 3) return () => false;
  const { x0, y0, x1, y1 } = boundsOf(
    corners.map((corner) => corner.x),
    corners.map((corner) => corner.y),
  );
  const high = Math.max(y1 - y0, Number.MIN_VALUE);
  const band = (y) => Math.min(BANDS - 1, Math.max(0, Math.floor(((y - y0) / high) * BANDS)));
  const bands = Array.from({ length: BANDS }, () => []);
  for (let i = 0; i < corners.length; i++) {
    const a = corners[i];
    const b = corners[(i + 1) % corners.length];
    if (a.y === b.y) continue;
    const edge = a.y < b.y ? [a.x, a.y, b.x, b.y, 1] : [b.x, b.y, a.x, a.y, -1];
    for (let at = band(edge[1]); at <= band(edge[3]); at++) bands[at].push(edge);
  }
  return (x, y) => {
    if (x < x0 || x > x1 || y < y0 || y > y1) return false;
    let winding = 0;
    for (const [ax, ay, bx, by, turn] of bands[band(y)])
      if (ay <= y && y < by && ax + ((y - ay) / (by - ay)) * (bx - ax) > x) winding += turn;
    return winding !== 0;
  };
}

/** Places of the points inside an outline, in their order. */
export function pointsInside(xs, ys, corners) {
  const inside = insideOf(corners);
  const found = [];
  for (let i = 0; i < xs.length; i++) if (inside(xs[i], ys[i])) found.push(i);
  return found;
}

/** Place of the point nearest (x, y) within `reach`, -1 for none; the first of equally near ones. */
export function nearestPoint(xs, ys, x, y, reach) {
  let best = reach * reach;
  let found = -1;
  for (let i = 0; i < xs.length; i++) {
    const dx = xs[i] - x;
    const dy = ys[i] - y;
    const distance = dx * dx + dy * dy;
    if (distance < best || (distance === best && found < 0)) {
      best = distance;
      found = i;
    }
  }
  return found;
}

/** An outline without corners nearer than `step` to the one before. */
export function thinnedOutline(corners, step) {
  const kept = [];
  for (const corner of corners) {
    const last = kept[kept.length - 1];
    if (!last || Math.hypot(corner.x - last.x, corner.y - last.y) >= step) kept.push(corner);
  }
  return kept;
}
