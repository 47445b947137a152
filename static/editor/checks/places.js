/** Findings that lie close together are one place to look at. */

/**
 * @typedef {object} Finding
 * @property {string} check name of the check
 * @property {{x0: number, y0: number, x1: number, y1: number}} box in px of the frame, ends excluded
 * @property {number} x a pixel of it, near the middle
 * @property {number} y
 * @property {number} size how much of it there is, in the check's own measure (px of length or area); larger is worse
 * @property {number} parts how many neighbouring findings it gathers
 */

/** Findings closer than this share of the frame's height are one place. */
const NEAR = 1 / 64;

/** Reach in px within which findings are gathered on a frame of that height. */
export function nearness(height) {
  return Math.max(8, Math.round(height * NEAR));
}

/**
 * A finding from the pixels it is made of.
 * @param {string} check
 * @param {ArrayLike<number>} pixels y * width + x, at least one
 * @param {number} width of the frame
 * @param {number} [size] the number of pixels unless told
 * @returns {Finding}
 */
export function findingOf(check, pixels, width, size = pixels.length) {
  const box = { x0: Infinity, y0: Infinity, x1: 0, y1: 0 };
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [pixels[i] % width, Math.floor(pixels[i] / width)];
    box.x0 = Math.min(box.x0, x);
    box.y0 = Math.min(box.y0, y);
    box.x1 = Math.max(box.x1, x + 1);
    box.y1 = Math.max(box.y1, y + 1);
  }
  return { check, box, ...nearestTo(box, pixels, width), size, parts: 1 };
}

/**
 * Gather findings whose boxes lie within reach of each other.
 * @param {Finding[]} findings of one check
 * @param {number} reach in px
 * @returns {Finding[]} the largest first
 */
export function gather(findings, reach) {
  const largestFirst = findings.toSorted((a, b) => b.size - a.size);
  const places = [];
  for (const finding of largestFirst) {
    const place = places.find(({ box }) => within(box, finding.box, reach));
    if (place) absorb(place, finding);
    else places.push({ ...finding, box: { ...finding.box } });
  }
  return places.sort((a, b) => b.size - a.size);
}

/** Whether two boxes come within reach of each other. */
export function within(a, b, reach) {
  return a.x0 - reach < b.x1 && b.x0 - reach < a.x1 && a.y0 - reach < b.y1 && b.y0 - reach < a.y1;
}

/** The place keeps the point of its largest part: that is where one looks first. */
function absorb(place, { box, size, parts }) {
  place.box.x0 = Math.min(place.box.x0, box.x0);
  place.box.y0 = Math.min(place.box.y0, box.y0);
  place.box.x1 = Math.max(place.box.x1, box.x1);
  place.box.y1 = Math.max(place.box.y1, box.y1);
  place.size += size;
  place.parts += parts;
}

function nearestTo({ x0, y0, x1, y1 }, pixels, width) {
  const [cx, cy] = [(x0 + x1 - 1) / 2, (y0 + y1 - 1) / 2];
  let best = { x: 0, y: 0, away: Infinity };
  for (let i = 0; i < pixels.length; i++) {
    const [x, y] = [pixels[i] % width, Math.floor(pixels[i] / width)];
    const away = (x - cx) ** 2 + (y - cy) ** 2;
    if (away < best.away) best = { x, y, away };
  }
  return { x: best.x, y: best.y };
}
