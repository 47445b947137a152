/** From pixels to regions: what a person sees as one area to paint, also where its outline has a gap. */

import { labelParts } from "./components.js";
import { flatAreas } from "./flat.js";
import { growRegions } from "./grow.js";
import { imageLines } from "./lines.js";
import { dilated } from "./morphology.js";
import { unite } from "../plane.js";
import { regionTable } from "./table.js";

/** Gaps that one can choose, in px. */
export const GAPS = [0, 2, 4, 8, 16];

/** Smaller areas of an image are dots that nobody clicks one by one: px of a frame 1080 lines high. */
const LEAST = 20;

/**
 * @typedef {object} RegionMap
 * @property {number} width
 * @property {number} height
 * @property {number} count regions are numbered 1 to count
 * @property {Uint16Array | Int32Array} labels height * width; under lines the nearest region, so that every pixel has one
 * @property {Uint8Array} lines height * width, 1 under lines: filled only as far as one asks to
 * @property {object} table of `regionTable`, and `colors`: a Uint8Array of mean red, green, blue at 3 * region, or null
 */

/**
 * Regions of an image.
 * @param {object} job
 * @param {Uint8Array | Uint8ClampedArray} job.rgba 4 * height * width
 * @param {number} job.width
 * @param {number} job.height
 * @param {"lines" | "color"} job.by areas of one colour, and with "lines" also never across the image's dark lines
 * @param {number} job.gap px; with "lines" a gap of an outline up to this wide counts as closed
 * @param {number} job.tolerance 1 to 255: larger joins more
 * @param {number} job.lineWidth of the widest line, px
 * @returns {RegionMap}
 */
export function imageRegions({ rgba, width, height, by, gap, tolerance, lineWidth }) {
  const least = Math.max(1, Math.round(LEAST * (height / 1080) ** 2));
  const lines = new Uint8Array(width * height);
  if (by === "lines") lines.set(imageLines(rgba, width, height, { contrast: tolerance, lineWidth }));
  const labels = by === "lines" ? trappedBall(lines, width, height, gap).labels : new Int32Array(lines.length).fill(1);
  const { count, colors } = flatAreas(rgba, width, height, labels, { tolerance, least });
  // Dots shut in between lines are too small to be aimed at: they count as line.
  for (let i = 0; i < lines.length; i++) if (labels[i] === 0) lines[i] = 1;
  return finished({ width, height, count, labels, lines }, colors);
}

/**
 * Regions of a label map: pixels of one stored value that hang together. What is no more than `gap` px wide between
 * other values parts two regions. Lines are not parted, but fills can go on under them.
 * @param {{values: Uint8Array, groups: Uint8Array, width: number, height: number, gap: number}} job
 *   groups: (256,) 1 for stored values of lines
 * @returns {RegionMap}
 */
export function labelRegions({ values, groups, width, height, gap }) {
  const labels = new Int32Array(values.length);
  let count = 0;
  for (const [value, box] of boxesOfValues(values, width)) {
    // The rim shows the ball what is beside the value, which the frame's edge is not.
    const around = { value, box: widened(box, gap, width, height), gap: groups[value] === 1 ? 0 : gap };
    count = valueRegions(values, width, around, labels, count);
  }
  const lines = new Uint8Array(values.length);
  for (let i = 0; i < lines.length; i++) if (groups[values[i]] === 1) lines[i] = 1;
  return finished({ width, height, count, labels, lines });
}

/** The buffers of a map, to be given away instead of copied. @param {RegionMap} map */
export function regionBuffers({ labels, lines, table }) {
  return [labels, lines, ...Object.values(table)].filter(Boolean).map(({ buffer }) => buffer);
}

/**
 * Number the regions between lines: trapped-ball segmentation (Zhang, Chen, Jiang, Zhang, Hu 2009).
 *
 * A ball wider than the gap cannot pass it: where its centre can lie is cut into parts, and the parts grow back to what
 * the ball can cover. What is too narrow for it is a part of its own, or joins the part that it is open to.
 * @param {Uint8Array} lines height * width, 0 where it may be filled
 * @param {number} width
 * @param {number} height
 * @param {number} gap px; two areas are apart where the passage between them is at most this wide
 * @returns {{labels: Int32Array, count: number}} 1 to count where it may be filled, 0 on lines
 */
export function trappedBall(lines, width, height, gap) {
  const labels = new Int32Array(lines.length);
  let count = 0;
  if (gap > 0) {
    count = labelParts(inverted(dilated(lines, width, height, (gap + 1) / 2)), width, height, labels);
    growRegions(labels, width, height, lines);
  }
  const rest = new Uint8Array(lines.length);
  let left = 0;
  for (let i = 0; i < rest.length; i++) if (labels[i] === 0 && lines[i] === 0) left += rest[i] = 1;
  return { labels, count: left > 0 ? labelParts(rest, width, height, labels, count) : count };
}

function inverted(mask) {
  for (let i = 0; i < mask.length; i++) mask[i] = mask[i] === 0 ? 1 : 0;
  return mask;
}

/** The table is of the regions without what lies under lines; the labels then go on under them. */
function finished(map, colors = null) {
  const table = { ...regionTable(map), colors };
  growRegions(map.labels, map.width, map.height, new Uint8Array(map.labels.length));
  // A map stays as long as its frame is open, and nearly always two bytes a pixel are enough.
  return { ...map, labels: map.count < 65536 ? new Uint16Array(map.labels) : map.labels, table };
}

/** Stored value -> the rectangle that holds its pixels, ends excluded. */
function boxesOfValues(values, width) {
  const boxes = new Map();
  for (let row = 0, y = 0; row < values.length; row += width, y++) {
    for (let x0 = 0, x1 = 1; x0 < width; x0 = x1++) {
      const value = values[row + x0];
      while (x1 < width && values[row + x1] === value) x1++;
      boxes.set(value, unite(boxes.get(value), { x0, y0: y, x1, y1: y + 1 }));
    }
  }
  return boxes;
}

/** A rectangle with a rim, inside the frame. */
function widened({ x0, y0, x1, y1 }, by, width, height) {
  return { x0: Math.max(0, x0 - by), y0: Math.max(0, y0 - by), x1: Math.min(width, x1 + by), y1: Math.min(height, y1 + by) };
}

/** Number one value's regions in a rectangle, beginning after `count`; returns the highest number given. */
function valueRegions(values, width, { value, box, gap }, labels, count) {
  const [columns, rows] = [box.x1 - box.x0, box.y1 - box.y0];
  const walls = new Uint8Array(columns * rows);
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0, at = (box.y0 + y) * width + box.x0; x < columns; x++, i++, at++) if (values[at] !== value) walls[i] = 1;
  }
  const found = trappedBall(walls, columns, rows, gap);
  for (let y = 0, i = 0; y < rows; y++) {
    for (let x = 0, at = (box.y0 + y) * width + box.x0; x < columns; x++, i++, at++) {
      if (found.labels[i] !== 0) labels[at] = found.labels[i] + count;
    }
  }
  return count + found.count;
}
