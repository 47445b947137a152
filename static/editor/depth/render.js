/**
 * Layers -> the map of numbers, as the server works it out (`modeling.depth.layers.rendered`): the same sums of doubles in
 * the same order, so that what is seen is what is stored.
 */

import { eachSpan } from "./runs.js";

/** Stored values: unknown, and the nearest there is. */
export const UNKNOWN = 0;
export const FULL = 65535;

/**
 * @typedef {{from: [number, number, number], to: [number, number, number]}} Gradient x, y in frame pixels, depth 0 to 1
 * @typedef {{id: string, name: string, runs: number[] | null, depth?: number | Gradient, map?: string}} Layer
 */

/** The stored value of a depth 0 to 1; no depth is stored as unknown. */
export function levelOf(depth) {
  return Math.max(UNKNOWN + 1, Math.floor(depth * FULL + 0.5));
}

/**
 * What each pixel shows of the foremost layer over it.
 * @param {Layer[]} layers front to back
 * @param {{width: number, height: number}} size
 * @param {Map<string, Uint16Array>} maps by SHA-256, of the layers that show one
 * @param {Uint16Array} [out] height * width, overwritten
 */
export function render(layers, { width, height }, maps, out = new Uint16Array(width * height)) {
  out.fill(UNKNOWN);
  for (let at = layers.length - 1; at >= 0; at--) paint(layers[at], width, out, maps);
  return out;
}

function paint(layer, width, out, maps) {
  if (layer.map) paintMap(layer, maps.get(layer.map), out);
  else if (typeof layer.depth === "number") paintFlat(layer, out);
  else paintGradient(layer, width, out);
}

function paintFlat({ runs, depth }, out) {
  const level = levelOf(depth);
  eachSpan(runs, out.length, (from, to) => out.fill(level, from, to));
}

function paintMap({ runs }, map, out) {
  if (!map) return;
  eachSpan(runs, out.length, (from, to) => {
    for (let i = from; i < to; i++) if (map[i] !== UNKNOWN) out[i] = map[i];
  });
}

function paintGradient({ runs, depth }, width, out) {
  const at = gradientAt(depth);
  eachSpan(runs, out.length, (from, to) => {
    for (let i = from; i < to; i++) {
      const x = i % width;
      out[i] = levelOf(at(x, (i - x) / width));
    }
  });
}

/**
 * Depth at a pixel's middle: linear between the two points, clamped beyond them.
 * @param {Gradient} gradient
 * @returns {(x: number, y: number) => number}
 */
export function gradientAt({ from: [x0, y0, near], to: [x1, y1, far] }) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  if (length === 0) return () => near;
  return (x, y) => {
    const share = Math.min(1, Math.max(0, ((x + 0.5 - x0) * dx + (y + 0.5 - y0) * dy) / length));
    return near * (1 - share) + far * share;
  };
}
