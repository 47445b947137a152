/** Checks across both kinds of a frame: the cel mask and its douga. Books cover the cel and are exempt. */

import { touchingSets } from "./areas.js";
import { findingOf } from "./places.js";

/** The two were drawn apart: so many px at 1080 lines they may miss each other. */
const TOLERANCE = 3 / 1080;
const SHORTEST = 6;
const CEL = 1;
const IGNORE = 255;

/**
 * Stretches of the cel's border along which the douga has no line.
 * @param {import("./scene.js").Scene} scene with `pair`
 * @returns {import("./places.js").Finding[]} size: px of border
 */
export function borderWithoutLine(scene) {
  if (!scene.pair) return [];
  const { cel, douga, isLine, isBook } = scene.pair;
  const near = nearby(scene, douga, (value) => isLine[value] || isBook[value] || value === IGNORE);
  const bare = borderPixels(cel, scene).filter((at) => !near(at));
  return long(bare, "border-without-line", scene.width);
}

/**
 * Lines that lie outside the cel.
 * @param {import("./scene.js").Scene} scene with `pair`
 * @returns {import("./places.js").Finding[]} size: px
 */
export function lineOutsideCel(scene) {
  if (!scene.pair) return [];
  const { cel, douga, isLine, isBook } = scene.pair;
  const near = nearby(scene, cel, (value) => value === CEL || value === IGNORE);
  const outside = [];
  douga.forEach((value, at) => {
    if (isLine[value] && !isBook[value] && !near(at)) outside.push(at);
  });
  return long(outside, "line-outside-cel", scene.width);
}

function long(pixels, check, width) {
  const sets = touchingSets(pixels, width).filter((set) => set.length >= SHORTEST);
  return sets.map((set) => findingOf(check, set, width));
}

/** Cel pixels beside background; the frame's edge is no border. */
function borderPixels(cel, { width, height }) {
  const found = [];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (cel[at] !== CEL) continue;
      const sides = (x > 0 && cel[at - 1] === 0) || (x < width - 1 && cel[at + 1] === 0);
      const ends = (y > 0 && cel[at - width] === 0) || (y < height - 1 && cel[at + width] === 0);
      if (sides || ends) found.push(at);
    }
  }
  return found;
}

/** Test for "a wanted value lies within the tolerance of this pixel". */
function nearby({ width, height }, values, wanted) {
  const reach = Math.max(2, Math.round(height * TOLERANCE));
  return (at) => {
    if (wanted(values[at])) return true;
    const [x, y] = [at % width, Math.floor(at / width)];
    for (let ny = Math.max(0, y - reach); ny <= Math.min(height - 1, y + reach); ny++) {
      for (let nx = Math.max(0, x - reach); nx <= Math.min(width - 1, x + reach); nx++) {
        if (wanted(values[ny * width + nx])) return true;
      }
    }
    return false;
  };
}
