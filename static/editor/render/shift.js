/** A view that was only moved keeps most of what was drawn: it is pushed along, and just the uncovered edges are drawn. */

/**
 * How far the view was moved since it was drawn.
 * @param {{a: number, b: number, c: number, d: number, e: number, f: number} | null} drawn matrix it was drawn with
 * @param {{a: number, b: number, c: number, d: number, e: number, f: number}} now
 * @returns {{x: number, y: number} | null} whole screen pixels; null when it was turned, scaled or moved by parts of one
 */
export function shiftBetween(drawn, now) {
  if (!drawn || ["a", "b", "c", "d"].some((part) => drawn[part] !== now[part])) return null;
  const [x, y] = [now.e - drawn.e, now.f - drawn.f];
  const whole = { x: Math.round(x), y: Math.round(y) };
  return Math.abs(x - whole.x) + Math.abs(y - whole.y) < 1e-6 ? whole : null;
}

/**
 * What a push uncovers: at most two rectangles {x0, y0, x1, y1} of the screen.
 * @param {{x: number, y: number}} shift
 */
export function uncovered({ x, y }, width, height) {
  const rects = [];
  if (x) rects.push({ x0: x > 0 ? 0 : Math.max(0, width + x), y0: 0, x1: x > 0 ? Math.min(width, x) : width, y1: height });
  if (y) rects.push({ x0: 0, y0: y > 0 ? 0 : Math.max(0, height + y), x1: width, y1: y > 0 ? Math.min(height, y) : height });
  return rects;
}

/** Push what a canvas shows along; what comes in is clear. */
export function push(context, { x, y }) {
  context.save();
  context.globalCompositeOperation = "copy";
  context.drawImage(context.canvas, x, y);
  context.restore();
}
