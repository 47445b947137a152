/** Specks taken away and holes filled: each takes the value of what it lies in. */

import { dismissalOf } from "./dismissals.js";
import { isHole, isSpeck } from "./fills.js";
import { findingOf } from "./places.js";
import { Scene } from "./scene.js";

const WHICH = { specks: { picks: isSpeck, below: "speck" }, holes: { picks: isHole, below: "hole" } };

/**
 * What to change so that no speck, or no hole, is left but those that were dismissed.
 * @param {object} given as for `runChecks`, and `what`: "specks" or "holes"
 * @returns {{erased: Int32Array, painted: {value: number, pixels: Int32Array}[], count: number}} pixels (y * width + x)
 *   whose line goes, so that the fill beneath it shows, and pixels that get a value
 */
export function cleanUp(given) {
  const scene = new Scene(given);
  const { picks, below } = WHICH[given.what];
  const small = scene.small(scene.profile[below]).filter(picks);
  const meant = ({ pixels }) => dismissalOf(findingOf(given.what, pixels, scene.width), given.dismissed);
  const areas = small.filter((area) => !meant(area));
  const inside = new Uint8Array(scene.values.length);
  for (const { pixels } of areas) for (const at of pixels) inside[at] = 1;
  const lines = areas.filter(({ line }) => line);
  const fills = areas.filter(({ line }) => !line).map(({ pixels }) => ({ pixels, value: around(scene, pixels, inside) }));
  const painted = fills.filter(({ value }) => value !== null);
  return { erased: joined(lines), painted, count: lines.length + painted.length };
}

/** The fill most of the border has; a line's value where there is none but lines. */
function around(scene, pixels, inside) {
  const counts = new Map();
  for (const at of pixels) {
    for (const beside of sides(at, scene)) {
      if (!inside[beside]) counts.set(scene.values[beside], (counts.get(scene.values[beside]) ?? 0) + 1);
    }
  }
  const most = (table) => [...counts].filter(([value]) => table[value]).sort((a, b) => b[1] - a[1])[0]?.[0];
  return most(scene.isFill) ?? most(scene.isLine) ?? null;
}

function sides(at, { width, height }) {
  const [x, y] = [at % width, Math.floor(at / width)];
  return [x > 0 && at - 1, x < width - 1 && at + 1, y > 0 && at - width, y < height - 1 && at + width].filter(
    (beside) => beside !== false,
  );
}

function joined(areas) {
  return Int32Array.from(areas.flatMap(({ pixels }) => [...pixels]));
}
