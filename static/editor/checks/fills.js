/** Fills: where two meet without a line between them, and areas too small to be meant. */

import { touchingSets } from "./areas.js";
import { findingOf } from "./places.js";

/** Shorter meetings are the corner where three lines come together. */
const SHORTEST = 3;

/**
 * Places where two different fills share an edge. What is small enough to be a speck or a hole is one of those.
 * @param {import("./scene.js").Scene} scene
 * @returns {import("./places.js").Finding[]} size: px of shared edge
 */
export function fillsMeet(scene) {
  const { values, width, height } = scene;
  const counts = countedFills(scene);
  const meeting = [];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!counts[at]) continue;
      const beside = x < width - 1 && counts[at + 1] && values[at] !== values[at + 1];
      const below = y < height - 1 && counts[at + width] && values[at] !== values[at + width];
      if (beside || below) meeting.push(at);
    }
  }
  const sets = touchingSets(meeting, width).filter((set) => set.length >= SHORTEST);
  return sets.map((set) => findingOf("fills-meet", set, width));
}

/** 1 for pixels of fills that are no specks or holes. */
function countedFills(scene) {
  const counts = scene.values.map((value) => scene.isFill[value]);
  const { speck, hole } = scene.profile;
  for (const { pixels } of [...scene.small(speck).filter(isSpeck), ...scene.small(hole).filter(isHole)]) {
    for (const at of pixels) counts[at] = 0;
  }
  return counts;
}

/**
 * Groups of line or fill pixels below the profile's size.
 * @param {import("./scene.js").Scene} scene
 * @returns {import("./places.js").Finding[]} size: px
 */
export function specks(scene) {
  return scene.small(scene.profile.speck).filter(isSpeck).map(({ pixels }) => findingOf("specks", pixels, scene.width));
}

/**
 * Unlabelled areas (value 0) below the profile's size.
 * @param {import("./scene.js").Scene} scene
 * @returns {import("./places.js").Finding[]} size: px
 */
export function holes(scene) {
  return scene.small(scene.profile.hole).filter(isHole).map(({ pixels }) => findingOf("holes", pixels, scene.width));
}

/** Whether an area of `smallAreas` is a speck. */
export function isSpeck({ value }) {
  return value !== 0;
}

/** Whether an area of `smallAreas` is a hole. */
export function isHole({ value }) {
  return value === 0;
}

