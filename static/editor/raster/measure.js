/** Widths of lines, measured exactly over pixels' edges. */

/** Directions in which a width is looked for, evenly over half a turn. */
const DIRECTIONS = 24;

/**
 * Walk the pixels that a ray passes, from one edge to the next (Amanatides and Woo 1987).
 * @param {{x: number, y: number}} from in px of the frame
 * @param {{x: number, y: number}} direction of length 1
 * @param {(x: number, y: number, enter: number, leave: number) => boolean} visit distances along the ray; false ends it
 */
export function walkRay(from, direction, visit) {
  let [x, y] = [Math.floor(from.x), Math.floor(from.y)];
  const [stepX, stepY] = [Math.sign(direction.x), Math.sign(direction.y)];
  const [acrossX, acrossY] = [Math.abs(1 / direction.x), Math.abs(1 / direction.y)];
  let nextX = stepX === 0 ? Infinity : Math.abs(x + (stepX > 0) - from.x) * acrossX;
  let nextY = stepY === 0 ? Infinity : Math.abs(y + (stepY > 0) - from.y) * acrossY;
  for (let at = 0; visit(x, y, at, Math.min(nextX, nextY)); ) {
    at = Math.min(nextX, nextY);
    if (nextX <= nextY) {
      x += stepX;
      nextX += acrossX;
    } else {
      y += stepY;
      nextY += acrossY;
    }
  }
}

/**
 * The widest stretch of line that a drag crosses.
 * @param {(x: number, y: number) => boolean} isLine asked with pixels, also outside the frame
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @returns {{width: number, from: {x: number, y: number}, to: {x: number, y: number}} | null} in px; null without a line
 */
export function widthAcross(isLine, from, to) {
  const whole = Math.hypot(to.x - from.x, to.y - from.y);
  if (whole === 0) return null;
  const direction = { x: (to.x - from.x) / whole, y: (to.y - from.y) / whole };
  const widest = widestRun(isLine, from, direction, whole);
  if (!widest) return null;
  const at = (distance) => ({ x: from.x + direction.x * distance, y: from.y + direction.y * distance });
  return { width: widest[1] - widest[0], from: at(widest[0]), to: at(widest[1]) };
}

/** The longest run of line pixels along a ray: [start, end] as distances, or null. */
function widestRun(isLine, from, direction, whole) {
  let [start, widest] = [null, null];
  walkRay(from, direction, (x, y, enter, leave) => {
    if (!isLine(x, y)) start = null;
    else {
      start ??= enter;
      const end = Math.min(leave, whole);
      if (!widest || end - start > widest[1] - widest[0]) widest = [start, end];
    }
    return leave < whole;
  });
  return widest;
}

/**
 * The line's width at a point: the shortest way across it.
 * @param {(x: number, y: number) => boolean} isLine
 * @param {{x: number, y: number}} point in px of the frame
 * @param {number} [limit] wider than this is no line
 * @returns {{width: number, from: {x: number, y: number}, to: {x: number, y: number}} | null}
 */
export function localWidth(isLine, point, limit = 100) {
  if (!isLine(Math.floor(point.x), Math.floor(point.y))) return null;
  let best = null;
  for (let i = 0; i < DIRECTIONS; i++) {
    const chord = chordAt(isLine, point, (Math.PI * i) / DIRECTIONS, limit);
    if (!best || chord.width < best.width) best = chord;
  }
  return best.width < limit ? best : null;
}

function chordAt(isLine, point, angle, limit) {
  const ahead = { x: Math.cos(angle), y: Math.sin(angle) };
  const forward = reach(isLine, point, ahead, limit);
  const back = reach(isLine, point, { x: -ahead.x, y: -ahead.y }, limit);
  const at = (distance) => ({ x: point.x + ahead.x * distance, y: point.y + ahead.y * distance });
  return { width: forward + back, from: at(-back), to: at(forward) };
}

/** How far the line reaches from a point on it. */
function reach(isLine, point, direction, limit) {
  let distance = 0;
  walkRay(point, direction, (x, y, enter) => {
    distance = enter;
    return enter < limit && isLine(x, y);
  });
  return distance;
}
