/** The frame at half, quarter, eighth size, so that a small view of a large frame costs what is seen, not what is there. */

export class Pyramid {
  /**
   * @param {ImageBitmap} image
   * @param {(width: number, height: number) => OffscreenCanvas} [makeCanvas]
   */
  constructor(image, makeCanvas = (width, height) => new OffscreenCanvas(width, height)) {
    this.image = image;
    this.makeCanvas = makeCanvas;
    this.levels = [image];
  }

  /**
   * The smallest picture that is still as large as the view; each is made when it is first looked at.
   * @param {number} scale screen pixels a frame pixel
   * @returns {{picture: CanvasImageSource, share: number}} share: the picture's pixels a frame pixel
   */
  at(scale) {
    const { width, height } = this.image;
    const most = Math.floor(Math.log2(Math.min(width, height)));
    const level = Math.min(most, Math.max(0, Math.floor(Math.log2(1 / scale))));
    while (this.levels.length <= level) this.levels.push(this.#half(this.levels.at(-1)));
    return { picture: this.levels[level], share: 2 ** -level };
  }

  /** Give the memory back at once. */
  close() {
    for (const canvas of this.levels.splice(1)) canvas.width = canvas.height = 0;
  }

  /** Halving with bilinear smoothing takes the mean of each two by two pixels. */
  #half(picture) {
    const canvas = this.makeCanvas(Math.ceil(picture.width / 2), Math.ceil(picture.height / 2));
    const context = canvas.getContext("2d", { alpha: true });
    context.imageSmoothingQuality = "low";
    context.drawImage(picture, 0, 0, picture.width / 2, picture.height / 2);
    return canvas;
  }
}
