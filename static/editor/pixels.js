/** The frame's own pixels, read back once a frame and only when somebody asks. */

const kept = new WeakMap();

/**
 * @param {{image: ImageBitmap, width: number, height: number}} doc
 * @returns {Uint8ClampedArray} RGBA, row by row; to be read only
 */
export function docPixels(doc) {
  if (!kept.has(doc)) kept.set(doc, read(doc));
  return kept.get(doc);
}

function read({ image, width, height }) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, width, height).data;
}
