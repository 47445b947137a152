/** Angles in degrees; those of whole quarters are exact, so that what lies along rows and columns stays there. */

const QUARTERS = [0, 1, 0, -1];

/** Sine of an angle in degrees; the cosine is `sine(degrees + 90)`. */
export function sine(degrees) {
  if (degrees % 90 === 0) return QUARTERS[(((degrees / 90) % 4) + 4) % 4];
  return Math.sin((degrees * Math.PI) / 180);
}

/** The same angle above -180 up to 180. */
export function normalized(degrees) {
  const turned = ((degrees % 360) + 360) % 360;
  return turned > 180 ? turned - 360 : turned;
}

/**
 * The point nearest to `to` on the rays that leave `from` at multiples of `step` degrees.
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @param {number} [step]
 */
export function snapped(from, to, step = 15) {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const angle = Math.round(((Math.atan2(dy, dx) * 180) / Math.PI) / step) * step;
  const [cos, sin] = [sine(angle + 90), sine(angle)];
  const length = dx * cos + dy * sin;
  return { ...to, x: from.x + cos * length, y: from.y + sin * length };
}
