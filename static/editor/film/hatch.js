/** Locked pixels as they are shown: thinly hatched, so that the picture below is seen. */

import { canvasOf } from "./looks.js";

const STEP = 16;
const INK = 0x66ffffff;
const SHADE = 0x40000000;

/**
 * @param {Uint8Array} frozen height * width, 1 where a pixel is locked
 * @returns {OffscreenCanvas} of the frame's size
 */
export function hatch(frozen, width, height) {
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  // Large frames are seen smaller: their stripes are wider apart.
  const step = STEP * Math.max(1, Math.round(width / 960));
  const line = Math.max(1, Math.round(width / 960));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (!frozen[i]) continue;
      const at = (x + y) % step;
      if (at < line) pixels[i] = INK;
      else if (at < 2 * line) pixels[i] = SHADE;
    }
  }
  return canvasOf(data);
}
