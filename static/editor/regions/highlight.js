/** The region under the pointer lights up: exactly the pixels that a click would set. */

import { fillSpans } from "./fill.js";

/** Amber, which is neither the cels' magenta nor one of the difference's colours; the rim shows it on any ground. */
const INSIDE = 0x8c66d8ff;
const RIM = 0xff66d8ff;
const DARK_RIM = 0xc0000000;

/** Side of the largest picture in px: of larger regions every second, third, ... pixel is shown. */
const LARGEST = 2048;

let drawn = { map: null, region: 0, grow: 0, picture: null };

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("../viewport.js").Viewport} viewport
 * @param {import("./build.js").RegionMap} map
 * @param {number} region
 * @param {number} grow px under lines
 */
export function drawRegion(context, viewport, map, region, grow) {
  if (drawn.map !== map || drawn.region !== region || drawn.grow !== grow) {
    drawn = { map, region, grow, picture: pictureOf(map, region, grow) };
  }
  const { canvas, x0, y0, step } = drawn.picture;
  context.save();
  context.setTransform(viewport.matrix());
  context.imageSmoothingEnabled = viewport.scale < 1;
  context.drawImage(canvas, x0, y0, canvas.width * step, canvas.height * step);
  context.restore();
}

/** The frame is left: let go of its maps. */
export function forgetRegion() {
  drawn = { map: null, region: 0, grow: 0, picture: null };
}

function pictureOf(map, region, grow) {
  const [left, top, right, bottom] = map.table.boxes.subarray(4 * region, 4 * region + 4);
  const step = Math.ceil((Math.max(right - left, bottom - top) + 2 * grow) / LARGEST);
  const rim = grow + step;
  const [x0, y0] = [left - rim, top - rim];
  const [width, height] = [Math.ceil((right + rim - x0) / step), Math.ceil((bottom + rim - y0) / step)];
  const inside = new Uint8Array(width * height);
  fillSpans(map, region, grow, (y, from, to) => {
    const row = ((y - y0) / step) * width;
    if ((y - y0) % step === 0) inside.fill(1, row + Math.ceil((from - x0) / step), row + Math.ceil((to - x0) / step));
  });
  const canvas = new OffscreenCanvas(width, height);
  const data = new ImageData(width, height);
  paint(new Uint32Array(data.data.buffer), inside, width);
  canvas.getContext("2d").putImageData(data, 0, 0);
  return { canvas, x0, y0, step };
}

/** The picture has a margin of at least a pixel, so that every set pixel has four neighbours. */
function paint(out, inside, width) {
  for (let i = width; i < out.length - width; i++) {
    const around = inside[i - 1] + inside[i + 1] + inside[i - width] + inside[i + width];
    if (inside[i] === 1) out[i] = around === 4 ? INSIDE : RIM;
    else if (around > 0) out[i] = DARK_RIM;
  }
}
