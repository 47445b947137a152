/** The line map of an image: where a cartoon's dark outlines run. */

import { extreme } from "./morphology.js";

/** A pixel belongs to a line from this share of the line's own darkness on: at a half its edge is where it was drawn. */
const LINE_SHARE = 0.5;

/** How far the darkest place of an anti-aliased line can be from its edge, in px. */
const LINE_REACH = 2;

/**
 * @param {Uint8Array | Uint8ClampedArray} rgba 4 * height * width
 * @param {number} width
 * @param {number} height
 * @param {{contrast: number, lineWidth: number}} options contrast: how much darker than its surroundings a line is at
 *   least, 1 to 255; lineWidth: of the widest line in px, wider dark places are areas
 * @returns {Uint8Array} height * width, 1 on lines
 */
export function imageLines(rgba, width, height, { contrast, lineWidth }) {
  const dark = darkness(lightness(rgba), width, height, Math.ceil(lineWidth / 2) + 1);
  const least = contrast / 2;
  const out = new Uint8Array(dark.length);
  for (let i = 0; i < out.length; i++) {
    if (dark[i] >= least && dark[i] >= LINE_SHARE * darkestNear(dark, width, height, i)) out[i] = 1;
  }
  return out;
}

/** Largest darkness within LINE_REACH each way. */
function darkestNear(dark, width, height, index) {
  const x = index % width;
  const y = (index - x) / width;
  const x0 = Math.max(0, x - LINE_REACH);
  const x1 = Math.min(width - 1, x + LINE_REACH);
  const last = Math.min(height - 1, y + LINE_REACH);
  let most = 0;
  for (let row = Math.max(0, y - LINE_REACH); row <= last; row++) {
    for (let at = row * width + x0; at <= row * width + x1; at++) if (dark[at] > most) most = dark[at];
  }
  return most;
}

/**
 * Lightness as people weigh colours (ITU-R BT.601).
 * @param {Uint8Array | Uint8ClampedArray} rgba 4 * pixels
 * @returns {Uint8Array} 0 to 127
 */
export function lightness(rgba) {
  const out = new Uint8Array(rgba.length / 4);
  for (let i = 0, at = 0; i < out.length; i++, at += 4) out[i] = (77 * rgba[at] + 150 * rgba[at + 1] + 29 * rgba[at + 2]) >> 9;
  return out;
}

/**
 * How much darker a pixel is than what surrounds its line: the black top-hat, closing less the image (Meyer 1979).
 * @param {Uint8Array} light height * width, 0 to 127
 * @param {number} width
 * @param {number} height
 * @param {number} reach lines up to 2 * reach px wide are seen
 * @returns {Uint8Array}
 */
export function darkness(light, width, height, reach) {
  const closed = extreme(extreme(light, width, height, reach, "max"), width, height, reach, "min");
  for (let i = 0; i < closed.length; i++) closed[i] -= light[i];
  return closed;
}
