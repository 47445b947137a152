/**
 * What a stored value looks like over the frame. Magenta is rare in skies, grass and skin; blue and orange differ for
 * everyone, and what was taken away is hatched besides, so that no colour has to be told from another.
 */

import { IGNORE } from "../plane.js";

const CEL_TINT = [224, 32, 240];
const IGNORE_TINT = [255, 214, 0];
const ADDED = [255, 140, 26];
const REMOVED = [70, 110, 255];
const SAME = [235, 235, 235];

/** Stops of the heat map, ever lighter, so that it reads without colour (after matplotlib's "inferno", CC0). */
const HEAT = [[87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];

/** Pack for a Uint32 view of ImageData (little-endian, as on every machine a browser runs on). */
export function packColor([red, green, blue], alpha) {
  return ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Red, green and blue a stored value is shown in, each 0 to 255.
 * @param {{name: string}} kind
 * @param {{value: number, color: string}} entry color: #RRGGBB
 */
export function shownColor(kind, { value, color }) {
  if (value === IGNORE) return IGNORE_TINT;
  return kind.name === "cel" && value === 1 ? CEL_TINT : hexColor(color);
}

/**
 * Colours of the stored values.
 * @param {{name: string, entries: {value: number, color: string, class_index: number}[]}} kind color: #RRGGBB
 * @param {number} opacity 0 to 1
 * @param {{hidden?: number[], solo?: number | null, alpha?: Record<number, number>}} [by] by class index (`IGNORE` for
 *   "ignore"): those not shown, the only one shown, and shares of the opacity
 * @returns {Uint32Array} 256 packed colours; entry 0 (background, flat area) is clear unless it is the only one shown
 */
export function labelColors(kind, opacity, { hidden = [], solo = null, alpha = {} } = {}) {
  const table = new Uint32Array(256);
  const ignore = { value: IGNORE, color: "", class_index: IGNORE };
  for (const entry of [...kind.entries, ignore]) {
    const index = entry.class_index;
    const shown = solo === null ? !hidden.includes(index) && entry.value !== 0 : index === solo;
    if (shown) table[entry.value] = packColor(shownColor(kind, entry), opacity * (alpha[index] ?? 1));
  }
  return table;
}

/**
 * Colours of the difference from the draft, looked up with value * 256 + draft value: orange where the person drew
 * something the draft had not, blue where the draft's was taken away, pale where both have it.
 */
export function differenceColors(opacity) {
  const table = new Uint32Array(65536);
  for (let value = 0; value < 256; value++) {
    for (let draft = 0; draft < 256; draft++) table[value * 256 + draft] = differenceColor(value, draft, opacity);
  }
  return table;
}

/** Stripes of the hatching are so many screen pixels wide. */
const STRIPE = 4;

/**
 * Colours of the difference pixel by pixel, what was taken away hatched.
 * @param {Uint8Array} values stored values, height * width
 * @param {Uint8Array} draft likewise
 * @param {{width: number, opacity: number, scale: number}} look scale: screen pixels a frame pixel
 * @returns {(index: number) => number} packed colour of a frame pixel
 */
export function differenceAt(values, draft, { width, opacity, scale }) {
  const table = differenceColors(opacity);
  const stripe = Math.max(1, Math.round(STRIPE / scale));
  return (index) => {
    const value = values[index];
    const color = table[value * 256 + draft[index]];
    if (value !== 0 || draft[index] === 0) return color;
    const x = index % width;
    const dark = Math.floor((x + (index - x) / width) / stripe) % 2;
    return dark ? color : faint(color);
  };
}

/** The same colour at less than half its opacity. */
function faint(color) {
  return ((((color >>> 24) * 0.4) << 24) | (color & 0xffffff)) >>> 0;
}

/** Colours of an entropy map: clear, then from violet over orange to pale yellow. */
export function heatColors(opacity) {
  return Uint32Array.from({ length: 256 }, (_, level) => {
    const at = (level / 255) * (HEAT.length - 1);
    const from = Math.min(HEAT.length - 2, Math.floor(at));
    const color = HEAT[from].map((part, i) => Math.round(part + (HEAT[from + 1][i] - part) * (at - from)));
    return packColor(color, opacity * Math.sqrt(level / 255));
  });
}

/** "#RRGGBB" -> [red, green, blue]. */
export function hexColor(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function differenceColor(value, draft, opacity) {
  if (value === draft) return value === 0 ? 0 : packColor(SAME, opacity * 0.35);
  if (value === IGNORE) return packColor(IGNORE_TINT, Math.max(opacity, 0.6));
  return packColor(value === 0 ? REMOVED : ADDED, Math.max(opacity, 0.8));
}
