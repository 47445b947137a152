/** Regions light up: the one under the pointer as exactly the pixels that a click would set, several as one shape. */

import { unite } from "../plane.js";
import { fillSpans } from "./fill.js";

/** Amber, which is neither the cels' magenta nor one of the difference's colours; the rim shows it on any ground. */
const INSIDE = 0x8c66d8ff;
const RIM = 0xff66d8ff;
const DARK_RIM = 0xc0000000;

/** Side of the largest picture in px: of larger regions every second, third, ... pixel is shown. */
const LARGEST = 2048;
const LARGEST_UNION = 1024;

let drawn = { map: null, region: 0, grow: 0, picture: null };
let several = { map: null, key: "", picture: null };

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
  show(context, viewport, drawn.picture);
}

/**
 * Light up what would be filled while it is still being chosen: by the regions alone, since it has to follow the pointer.
 * @param {CanvasRenderingContext2D} context
 * @param {import("../viewport.js").Viewport} viewport
 * @param {import("./build.js").RegionMap} map
 * @param {number[]} regions
 */
export function drawRegions(context, viewport, map, regions) {
  const key = regions.join();
  if (several.map !== map || several.key !== key) several = { map, key, picture: regions.length ? unionPicture(map, regions) : null };
  if (several.picture) show(context, viewport, several.picture);
}

function show(context, viewport, { canvas, x0, y0, step }) {
  context.save();
  context.setTransform(viewport.matrix());
  context.imageSmoothingEnabled = viewport.scale < 1;
  context.drawImage(canvas, x0, y0, canvas.width * step, canvas.height * step);
  context.restore();
}

/** The frame is left: let go of its maps. */
export function forgetRegion() {
  drawn = { map: null, region: 0, grow: 0, picture: null };
  several = { map: null, key: "", picture: null };
}

/** Every step-th pixel of the regions, and of the lines between them: their outline is that of what is taken together. */
function unionPicture({ labels, width, height, count, table }, regions) {
  const box = regions.map((region) => boxOf(table, region)).reduce(unite);
  const picture = emptyPicture(box, 0, LARGEST_UNION);
  const { x0, y0, step, inside } = picture;
  const lit = new Uint8Array(count + 1);
  for (const region of regions) lit[region] = 1;
  for (let y = y0 + step, row = picture.width; y < Math.min(height, box.y1); y += step, row += picture.width) {
    for (let x = x0 + step, to = row + 1; x < Math.min(width, box.x1); x += step, to++) inside[to] = lit[labels[y * width + x]];
  }
  return painted(picture);
}

function boxOf({ boxes }, region) {
  const [x0, y0, x1, y1] = boxes.subarray(4 * region, 4 * region + 4);
  return { x0, y0, x1, y1 };
}

function pictureOf(map, region, grow) {
  const picture = emptyPicture(boxOf(map.table, region), grow, LARGEST);
  const { x0, y0, step, width, inside } = picture;
  fillSpans(map, region, grow, (y, from, to) => {
    const row = ((y - y0) / step) * width;
    if ((y - y0) % step === 0) inside.fill(1, row + Math.ceil((from - x0) / step), row + Math.ceil((to - x0) / step));
  });
  return painted(picture);
}

/** Room for a box, grown by so many px, and a margin of at least a pixel of the picture round it. */
function emptyPicture(box, grow, largest) {
  const step = Math.ceil((Math.max(box.x1 - box.x0, box.y1 - box.y0) + 2 * grow) / largest);
  const rim = grow + step;
  const [x0, y0] = [box.x0 - rim, box.y0 - rim];
  const [width, height] = [Math.ceil((box.x1 + rim - x0) / step), Math.ceil((box.y1 + rim - y0) / step)];
  return { x0, y0, step, width, height, inside: new Uint8Array(width * height) };
}

function painted({ x0, y0, step, width, height, inside }) {
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
