// What is laid over a frame: the label itself, or how it differs from the draft. Layers have the frame's size.

const CEL = 1;
const TINT = [255, 92, 138];
const IGNORED = [255, 0, 255];
const ADDED = [61, 220, 151];
const REMOVED = [255, 159, 67];
const OTHER = [199, 146, 234];

/** Far to near, as the editor and the thumbnails show depth (after matplotlib's "inferno", CC0). */
const FAR_TO_NEAR = [[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]];
const DEEPEST = 65535;

/** A label as a layer: a cel tinted, bordered, its background dimmed; numbers from dark to pale; other kinds in their colours. */
export function overlayLayer(label, frame, kind) {
  if (kind.storage === "scalar_map") return depthLayer(label, frame);
  return kind.name === "cel" ? celLayer(label, frame) : colorLayer(label, frame, kind);
}

function depthLayer(label, { width, height }) {
  const image = new ImageData(width, height);
  const colors = Array.from({ length: 256 }, (_, level) => between(FAR_TO_NEAR, level / 255));
  for (let at = 0; at < label.length; at += 1) {
    if (label[at] === 0) paint(image, at, IGNORED, 60);
    else paint(image, at, colors[Math.round((255 * label[at]) / DEEPEST)], 175);
  }
  return canvasOf(image);
}

/** The colour at a share of the way along stops. */
function between(stops, share) {
  const from = Math.min(stops.length - 2, Math.floor(share * (stops.length - 1)));
  const rest = share * (stops.length - 1) - from;
  return stops[from].map((part, i) => Math.round(part + (stops[from + 1][i] - part) * rest));
}

function celLayer(label, { width, height }) {
  const image = new ImageData(width, height);
  const thick = Math.max(1, Math.round(Math.max(width, height) / 640));
  for (let at = 0; at < label.length; at += 1) {
    if (label[at] === CEL) paint(image, at, TINT, 46);
    else if (label[at] === 255) paint(image, at, IGNORED, 130);
    else paint(image, at, [10, 11, 14], 140);
  }
  border(label, width, height, thick, (at) => paint(image, at, TINT, 255));
  return canvasOf(image);
}

/** Calls `mark` for each cel pixel that has something else within `thick` pixels to a side, above or below. */
function border(label, width, height, thick, mark) {
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 1) {
      if (label[at] === CEL && nearEdge(label, x, y, at, width, height, thick)) mark(at);
    }
  }
}

function nearEdge(label, x, y, at, width, height, thick) {
  for (let step = 1; step <= thick; step += 1) {
    if (x >= step && label[at - step] !== CEL) return true;
    if (x + step < width && label[at + step] !== CEL) return true;
    if (y >= step && label[at - step * width] !== CEL) return true;
    if (y + step < height && label[at + step * width] !== CEL) return true;
  }
  return false;
}

function colorLayer(label, { width, height }, kind) {
  const colors = new Map(kind.entries.map(({ value, color }) => [value, rgb(color)]));
  colors.set(kind.ignore, rgb(kind.ignore_color));
  const image = new ImageData(width, height);
  for (let at = 0; at < label.length; at += 1) paint(image, at, colors.get(label[at]), 150);
  return canvasOf(image);
}

/** What was changed of the draft, all else dimmed. Added means background became something, removed the opposite. */
export function differenceLayer(label, draft, { width, height }) {
  const image = new ImageData(width, height);
  for (let at = 0; at < label.length; at += 1) {
    if (label[at] === draft[at]) paint(image, at, [10, 11, 14], 150);
    else paint(image, at, draft[at] === 0 ? ADDED : label[at] === 0 ? REMOVED : OTHER, 235);
  }
  return canvasOf(image);
}

function paint(image, at, [red, green, blue], alpha) {
  image.data.set([red, green, blue, alpha], 4 * at);
}

function rgb(color) {
  const value = Number.parseInt(color.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

function canvasOf(image) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
