/** Loading frames, and the next one ahead of its time. */

import { ApiError } from "./api.js";
import { t } from "./i18n.js";

export class Frames {
  /** @param {import("./api.js").Api} api */
  constructor(api) {
    this.api = api;
    this.ahead = null;
  }

  /**
   * The decoded frame, exactly as the file's pixels are.
   * @param {string} url
   * @returns {Promise<ImageBitmap>}
   */
  async image(url) {
    if (this.ahead?.url === url) {
      const { bitmap } = this.ahead;
      this.ahead = null;
      const ready = await bitmap;
      if (ready) return ready;
    }
    return this.#decode(url);
  }

  /** A picture without regard to what was loaded ahead. @returns {Promise<ImageBitmap>} */
  load(url) {
    return this.#decode(url);
  }

  /** Fetch and decode a frame that will probably be asked for. @param {string | undefined} url */
  preload(url) {
    if (!url || this.ahead?.url === url) return;
    this.ahead?.bitmap.then((bitmap) => bitmap?.close());
    this.ahead = { url, bitmap: this.#decode(url).catch(() => null) };
  }

  /** Whether a frame lies ready. */
  async has(url) {
    return this.ahead?.url === url && Boolean(await this.ahead.bitmap);
  }

  async #decode(url) {
    const blob = await this.api.picture(url);
    try {
      // Premultiplied, as canvases are: otherwise each drawing of it converts the whole picture anew.
      return await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "premultiply" });
    } catch {
      throw new ApiError("refused", t("The browser cannot show this frame's picture."));
    }
  }

  /** Grey levels of a picture at frame size. @returns {Promise<Uint8Array>} height * width */
  async greys(url) {
    const bitmap = await this.#decode(url);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d", { willReadFrequently: true });
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    bitmap.close();
    const greys = new Uint8Array(data.length / 4);
    for (let i = 0; i < greys.length; i++) greys[i] = data[4 * i];
    return greys;
  }
}
