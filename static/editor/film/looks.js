/** How other drawings of the cut look: their pictures and labels, the last few kept. */

import { IGNORE } from "../plane.js";
import { hexColor, packColor, labelColors } from "../render/colors.js";

/** Bytes of pictures and label maps kept. */
const BUDGET = 96 * 2 ** 20;

/** Before and after: warm and cool, as onion skins are everywhere; they differ in lightness, too. */
export const BEFORE_COLOR = "#FF7A4D";
export const AFTER_COLOR = "#4DC3FF";

export class Looks {
  /** @param {import("../api.js").Api} api @param {import("../frames.js").Frames} frames */
  constructor(api, frames, budget = BUDGET) {
    this.api = api;
    this.frames = frames;
    this.budget = budget;
    this.kept = new Map();
  }

  /** A drawing's picture. @returns {Promise<ImageBitmap>} */
  picture({ image_url: url, width, height }) {
    return this.#once(url, 4 * width * height, () => this.frames.load(url));
  }

  /** A drawing's stored values. @returns {Promise<Uint8Array> | Promise<null>} null where it has no label */
  values({ label_url: url, width, height }) {
    return url ? this.#once(url, width * height, () => this.api.label(url)) : Promise.resolve(null);
  }

  clear() {
    for (const { promise } of this.kept.values()) promise.then((look) => look?.close?.(), () => {});
    this.kept.clear();
  }

  #once(url, bytes, load) {
    const found = this.kept.get(url);
    this.kept.delete(url);
    const look = found ?? { bytes, promise: load() };
    this.kept.set(url, look);
    look.promise.catch(() => this.kept.delete(url));
    this.#trim();
    return look.promise;
  }

  /** What was not looked at for longest goes; one picture stays, however large. */
  #trim() {
    let bytes = [...this.kept.values()].reduce((sum, look) => sum + look.bytes, 0);
    for (const [url, look] of this.kept) {
      if (bytes <= this.budget || this.kept.size <= 2) return;
      bytes -= look.bytes;
      this.kept.delete(url);
    }
  }
}

/**
 * A label map as it is laid over a frame.
 * @param {Uint8Array} values height * width
 * @returns {OffscreenCanvas}
 */
export function labelPicture(values, { kind, width, height }, opacity) {
  return painted(values, width, height, labelColors(kind, opacity));
}

/**
 * Outlines of a label map: its lines, and the pixels where two fills meet.
 * @param {Uint8Array} values height * width
 * @param {{width: number, height: number, sheet: {isLine: (value: number) => boolean}}} doc
 * @param {string} color #RRGGBB
 * @returns {OffscreenCanvas}
 */
export function outlinePicture(values, { width, height, sheet }, color) {
  const lines = Uint8Array.from({ length: 256 }, (_, value) => Number(value !== IGNORE && sheet.isLine(value)));
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  const packed = packColor(hexColor(color), 1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const value = values[i];
      const meets = (x + 1 < width && values[i + 1] !== value) || (y + 1 < height && values[i + width] !== value);
      if (lines[value] || meets) pixels[i] = packed;
    }
  }
  return canvasOf(data);
}

function painted(values, width, height, table) {
  const data = new ImageData(width, height);
  const pixels = new Uint32Array(data.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[values[i]];
  return canvasOf(data);
}

/** @param {ImageData} data */
export function canvasOf(data) {
  const canvas = new OffscreenCanvas(data.width, data.height);
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}
