/** Ruler: how wide a line is, under the pointer and across a drag. Nothing is drawn. */

import { t } from "../i18n.js";
import { LINE } from "../kinds.js";
import { docPixels } from "../pixels.js";
import { localWidth, widthAcross } from "../raster/measure.js";
import { framePath, label, outline } from "../render/marks.js";

/** In the image a line is told from paper by at least this difference of lightness along the drag. */
const CONTRAST = 40;

/** The last measured drag of each open frame; it stays in sight until the next. */
const measured = new WeakMap();

export const ruler = {
  name: "ruler",
  erases: false,
  reads: true,
  start({ doc }) {
    measured.delete(doc);
  },
  finish({ doc, points, store }) {
    const found = measure(doc, points[0], points.at(-1));
    if (found) measured.set(doc, found);
    store.emit("ruler.measured", found);
  },
  hud(context, viewport, { stroke, hover, doc }) {
    if (!doc) return;
    if (stroke) drawDrag(context, viewport, doc, stroke.points);
    else {
      show(context, viewport, doc, measured.get(doc));
      show(context, viewport, doc, hover && widthUnder(doc, hover));
    }
  },
};

/**
 * Width of the line that a drag crosses: of the drawn lines, or where the drag meets none, of the image's.
 * @param {object} doc the open frame
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @returns {{width: number, from: object, to: object} | null} px of the frame
 */
export function measure(doc, from, to) {
  return widthAcross(drawnLine(doc), from, to) ?? widthAcross(darkLine(doc, from, to), from, to);
}

/** Width of the drawn line under a point, or null. */
export function widthUnder(doc, point) {
  return localWidth(drawnLine(doc), point);
}

/** "3.0 px, 0.28 % of the height" */
export function widthText({ height }, width) {
  const share = `${((100 * width) / height).toFixed(2)} %`;
  return t("%(px)s px, %(share)s of the height", { px: width.toFixed(1), share });
}

function drawnLine({ sheet }) {
  return (x, y) => sheet.ink !== null && sheet.contains(x, y) && sheet.groups[sheet.values[y * sheet.width + x]] === LINE;
}

/** Pixels of the image darker than the middle between the drag's lightest and darkest. */
function darkLine(doc, from, to) {
  const rgba = docPixels(doc);
  const lightness = (x, y) => {
    const at = 4 * (Math.min(doc.height - 1, Math.max(0, y)) * doc.width + Math.min(doc.width - 1, Math.max(0, x)));
    return 0.3 * rgba[at] + 0.59 * rgba[at + 1] + 0.11 * rgba[at + 2];
  };
  const [low, high] = rangeAlong(from, to, lightness);
  return (x, y) => high - low >= CONTRAST && lightness(x, y) < (low + high) / 2;
}

function rangeAlong(from, to, lightness) {
  const steps = Math.ceil(2 * Math.hypot(to.x - from.x, to.y - from.y));
  let [low, high] = [255, 0];
  for (let i = 0; i <= steps; i++) {
    const share = i / Math.max(1, steps);
    const found = lightness(Math.floor(from.x + (to.x - from.x) * share), Math.floor(from.y + (to.y - from.y) * share));
    low = Math.min(low, found);
    high = Math.max(high, found);
  }
  return [low, high];
}

function drawDrag(context, viewport, doc, points) {
  outline(context, framePath(viewport, [points[0], points.at(-1)]));
  show(context, viewport, doc, measure(doc, points[0], points.at(-1)));
}

/** The measured stretch with its ends, and its width in words. */
function show(context, viewport, doc, found) {
  if (!found) return;
  const { from, to, width } = found;
  const [a, b] = [viewport.toScreen(from.x, from.y), viewport.toScreen(to.x, to.y)];
  const path = framePath(viewport, [from, to]);
  for (const end of [a, b]) path.addPath(endMark(a, b, end));
  outline(context, path);
  label(context, widthText(doc, width), a.y > b.y ? a : b);
}

/** A short bar across an end of the stretch. */
function endMark(a, b, end) {
  const length = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const half = 5 * devicePixelRatio;
  const [dx, dy] = [(-(b.y - a.y) / length) * half, ((b.x - a.x) / length) * half];
  const path = new Path2D();
  path.moveTo(end.x - dx, end.y - dy);
  path.lineTo(end.x + dx, end.y + dy);
  return path;
}
