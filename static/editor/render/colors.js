/** What a stored value looks like over the frame. Magenta is rare in skies, grass and skin; blue and orange differ for everyone. */

import { IGNORE } from "../plane.js";

const CEL_TINT = [224, 32, 240];
const IGNORE_TINT = [255, 214, 0];
const ADDED = [255, 140, 26];
const REMOVED = [70, 110, 255];
const SAME = [235, 235, 235];

/** Pack for a Uint32 view of ImageData (little-endian, as on every machine a browser runs on). */
export function packColor([red, green, blue], alpha) {
  return ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * Colours of the stored values.
 * @param {{name: string, entries: {value: number, color: string}[]}} kind color: #RRGGBB
 * @param {number} opacity 0 to 1
 * @returns {Uint32Array} 256 packed colours; entry 0 (background, flat area) is clear
 */
export function labelColors(kind, opacity) {
  const table = new Uint32Array(256);
  for (const { value, color } of kind.entries) {
    if (value !== 0) table[value] = packColor(kind.name === "cel" ? CEL_TINT : hexColor(color), opacity);
  }
  table[IGNORE] = packColor(IGNORE_TINT, opacity);
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

/** Colours of an entropy map: clear to red to yellow. */
export function heatColors(opacity) {
  return Uint32Array.from({ length: 256 }, (_, level) => {
    const share = level / 255;
    return packColor([Math.round(180 + 75 * share), Math.round(230 * share ** 1.5), 20], opacity * Math.sqrt(share));
  });
}

/** "#RRGGBB" -> [red, green, blue]. */
export function hexColor(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function differenceColor(value, draft, opacity) {
  if (value === draft) return value === 0 ? 0 : packColor(SAME, opacity * 0.35);
  if (value === IGNORE) return packColor(IGNORE_TINT, Math.max(opacity, 0.6));
  return packColor(value === 0 ? REMOVED : ADDED, Math.max(opacity, 0.6));
}
