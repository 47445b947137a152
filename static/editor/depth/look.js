/** How depth looks over the frame: dark is far, pale is near; the chosen region has a border, what is unknown is hatched. */

import { packColor } from "../render/colors.js";
import { UNKNOWN } from "./render.js";

/** Stops from far to near, ever lighter, so that they read without colour (after matplotlib's "inferno", CC0). */
const STOPS = [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];
const BORDER = packColor([255, 255, 255], 1);
const ADDED = packColor([255, 216, 102], 0.75);
const REMOVED = packColor([70, 110, 255], 0.6);
const STRIPE = 6;

/** Red, green and blue of a depth, 0 (far) to 1. */
export function depthColor(depth) {
  const at = Math.min(1, Math.max(0, depth)) * (STOPS.length - 1);
  const from = Math.min(STOPS.length - 2, Math.floor(at));
  return STOPS[from].map((part, i) => Math.round(part + (STOPS[from + 1][i] - part) * (at - from)));
}

/** 256 packed colours by the upper eight bits of a stored value. */
export function depthTable(opacity) {
  return Uint32Array.from({ length: 256 }, (_, level) => packColor(depthColor(level / 255), opacity));
}

/**
 * @param {import("./stack.js").LayerStack} stack
 * @returns {(settings: object, scale: number) => (index: number) => number} as `colorAt` of the editor
 */
export function makeLook(stack) {
  const { width } = stack.sheet;
  return ({ opacity, alone }, scale) => {
    const table = depthTable(opacity);
    const unknown = packColor([255, 0, 255], 0.35 * opacity);
    const [stripe, reach] = [STRIPE, 1].map((px) => Math.max(1, Math.round(px / scale)));
    return (index) => {
      const inside = stack.sheet.values[index];
      if (inside !== stack.settled[index]) return inside ? ADDED : REMOVED;
      if (inside && isBorder(stack.settled, index, width, reach)) return BORDER;
      if (alone && !inside) return 0;
      const level = stack.levels[index];
      if (level !== UNKNOWN) return table[level >> 8];
      const x = index % width;
      return Math.floor((x + (index - x) / width) / stripe) % 2 ? unknown : 0;
    };
  };
}

/** Whether something outside lies within `reach` pixels to a side, above or below. */
function isBorder(mask, index, width, reach) {
  const x = index % width;
  const left = x >= reach && mask[index - reach] === 0;
  const right = x + reach < width && mask[index + reach] === 0;
  // Beyond the frame's rows there is nothing: undefined is not 0.
  return left || right || mask[index - reach * width] === 0 || mask[index + reach * width] === 0;
}
