/** Colours of the preview: the palette's own, as files and thumbnails have them. */

import { IGNORE } from "../editor/plane.js";
import { hexColor, packColor } from "../editor/render/colors.js";
import { isColor } from "./settings.js";

/** White over a picture is hardly seen: the cel is shown as the editor shows it. */
const CEL = "#E020F0";
export const IGNORE_COLOR = "#FFD600";

/** Colour an entry is shown in, "#RRGGBB". A colour that is being typed is shown as grey. */
export function shownAs(kind, { value, color }) {
  if (kind.name === "cel" && value === 1) return CEL;
  return isColor(color) ? color : "#808080";
}

/**
 * @param {{name: string, entries: {value: number, color: string}[]}} kind
 * @param {number | null} only the stored value that is shown; null for all but the background
 * @returns {Uint32Array} 256 packed colours
 */
export function tableOf(kind, only) {
  const table = new Uint32Array(256);
  const all = [...kind.entries, { value: IGNORE, color: IGNORE_COLOR }];
  for (const entry of all) {
    const visible = only === null ? entry.value !== 0 : entry.value === only;
    if (visible) table[entry.value] = packColor(hexColor(shownAs(kind, entry)), 1);
  }
  return table;
}
