/** What tools draw over the frame while they are at work: outlines, previews, a measure. */

import { shownColor } from "./colors.js";

/** From this scale on a preview shows the very pixels that will be set. */
const PIXELS_FROM = 4;

const BACKGROUND = "255 255 255";

/**
 * A path through points of the frame, turned and mirrored with it.
 * @param {import("../viewport.js").Viewport} viewport
 * @param {{x: number, y: number}[]} points
 * @param {{closed?: boolean, snap?: boolean}} [options] snap: onto screen pixels, for what runs along pixel edges
 */
export function framePath(viewport, points, { closed = false, snap = false } = {}) {
  const path = new Path2D();
  const crisp = snap && viewport.angle % 90 === 0 ? (value) => Math.round(value) + 0.5 : (value) => value;
  for (const point of points) {
    const { x, y } = viewport.toScreen(point.x, point.y);
    path.lineTo(crisp(x), crisp(y));
  }
  if (closed) path.closePath();
  return path;
}

/** Stroke a path so that it is seen on dark and on light. */
export function outline(context, path) {
  context.lineWidth = 3;
  context.strokeStyle = "rgb(0 0 0 / 55%)";
  context.stroke(path);
  context.lineWidth = 1;
  context.strokeStyle = "#fff";
  context.stroke(path);
}

/**
 * CSS colour in which a stored value is drawn; what is erased is pale.
 * @param {object} kind of the open frame
 * @param {number} value
 * @param {number} alpha 0 to 1
 */
export function previewColor(kind, value, alpha) {
  const entry = kind.entries.find((one) => one.value === value);
  const color = value === 0 ? BACKGROUND : shownColor(kind, entry ?? { value, color: "#ffffff" }).join(" ");
  return `rgb(${color} / ${alpha})`;
}

/**
 * Show a line before it is drawn: its very pixels where they are large, else its course at its width.
 * @param {CanvasRenderingContext2D} context
 * @param {import("../viewport.js").Viewport} viewport
 * @param {{points: {x: number, y: number}[], size: number, color: string, spans: (emit: Function) => void}} line
 */
export function previewLine(context, viewport, { points, size, color, spans }) {
  if (viewport.scale >= PIXELS_FROM) {
    context.fillStyle = color;
    fillInFrame(context, viewport, pixelPath(viewport, spans));
    return;
  }
  context.lineWidth = Math.max(1, size * viewport.scale);
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = color;
  context.stroke(framePath(viewport, points));
}

/** Fill a path whose coordinates are the frame's. */
export function fillInFrame(context, viewport, path) {
  context.save();
  context.setTransform(viewport.matrix());
  context.fill(path);
  context.restore();
}

/** Text beside a point of the screen, in a box so that it reads over anything. */
export function label(context, text, { x, y }, unit = devicePixelRatio) {
  context.font = `${13 * unit}px system-ui, sans-serif`;
  const width = context.measureText(text).width + 12 * unit;
  const height = 22 * unit;
  const left = Math.max(0, Math.min(x + 14 * unit, context.canvas.width - width));
  const top = Math.max(0, Math.min(y + 14 * unit, context.canvas.height - height));
  context.fillStyle = "rgb(20 22 26 / 88%)";
  context.fillRect(left, top, width, height);
  context.fillStyle = "#fff";
  context.textBaseline = "middle";
  context.fillText(text, left + 6 * unit, top + height / 2);
}

/** The pixels that spans set within what is seen, each once, as rectangles of the frame. */
function pixelPath(viewport, spans) {
  const { x0, y0, x1, y1 } = viewport.visiblePart();
  const width = Math.max(0, x1 - x0);
  const seen = new Uint8Array(width * Math.max(0, y1 - y0));
  spans((y, from, to) => {
    if (y >= y0 && y < y1) seen.fill(1, rowAt(y, Math.max(from, x0)), rowAt(y, Math.max(x0, Math.min(to, x1))));
  });
  function rowAt(y, x) {
    return (y - y0) * width + x - x0;
  }
  return runsPath(seen, width, x0, y0);
}

function runsPath(seen, width, x0, y0) {
  const path = new Path2D();
  for (let start = seen.indexOf(1); start >= 0; ) {
    const row = Math.floor(start / width);
    let end = start + 1;
    while (end < (row + 1) * width && seen[end]) end++;
    path.rect(x0 + (start % width), y0 + row, end - start, 1);
    start = seen.indexOf(1, end);
  }
  return path;
}
