/**
 * Smooth curves through points: centripetal Catmull-Rom splines, which neither loop nor overshoot between close points
 * (Yuksel, Schaefer and Keyser 2011, "Parameterization and applications of Catmull-Rom curves").
 */

/**
 * The curve as points no further than about half a pixel from each other.
 *
 * A piece between two points is cut into as many equal steps of its parameter as twice its chord is long in px.
 * @param {{x: number, y: number}[]} points passed in this order, in px of the frame; repeated ones count once
 * @param {boolean} [closed] the last leads smoothly on to the first
 * @returns {{x: number, y: number}[]} both ends included; a closed curve ends where it begins
 */
export function curvePoints(points, closed = false) {
  const way = withoutRepeats(points, closed);
  if (way.length < 3) return way;
  const pieces = closed ? way.length : way.length - 1;
  const out = [way[0]];
  for (let i = 0; i < pieces; i++) addPiece(out, neighbours(way, i, closed));
  return out;
}

function withoutRepeats(points, closed) {
  const way = points.filter((point, i) => i === 0 || !same(point, points[i - 1]));
  if (closed && way.length > 1 && same(way[0], way.at(-1))) way.pop();
  return way;
}

/** The piece's two ends between the points before and after them; an open end goes on straight. */
function neighbours(way, i, closed) {
  const at = (index) => way[(index + way.length) % way.length];
  const before = closed || i > 0 ? at(i - 1) : beyond(way[1], way[0]);
  const after = closed || i + 2 < way.length ? at(i + 2) : beyond(way.at(-2), way.at(-1));
  return [before, at(i), at(i + 1), after];
}

/** Add the piece from b to c as a Bézier curve, without its first point. */
function addPiece(out, [a, b, c, d]) {
  const [before, here, after] = [knot(a, b), knot(b, c), knot(c, d)];
  const leave = handle(a, b, c, before, here);
  const arrive = handle(d, c, b, after, here);
  const steps = Math.ceil(2 * Math.hypot(c.x - b.x, c.y - b.y));
  for (let step = 1; step < steps; step++) out.push(bezier(b, leave, arrive, c, step / steps));
  out.push(c);
}

/** The Bézier handle at `at` of the piece that leads to `to`. */
function handle(from, at, to, before, here) {
  const weight = 2 * before ** 2 + 3 * before * here + here ** 2;
  const mix = (axis) =>
    (before ** 2 * to[axis] - here ** 2 * from[axis] + weight * at[axis]) / (3 * before * (before + here));
  return { x: mix("x"), y: mix("y") };
}

function bezier(p0, p1, p2, p3, t) {
  const s = 1 - t;
  const mix = (axis) => s ** 3 * p0[axis] + 3 * s * s * t * p1[axis] + 3 * s * t * t * p2[axis] + t ** 3 * p3[axis];
  return { x: mix("x"), y: mix("y") };
}

/** Centripetal: the parameter grows with the square root of the distance. */
function knot(a, b) {
  return Math.sqrt(Math.hypot(b.x - a.x, b.y - a.y));
}

function beyond(from, through) {
  return { x: 2 * through.x - from.x, y: 2 * through.y - from.y };
}

function same(a, b) {
  return a.x === b.x && a.y === b.y;
}
