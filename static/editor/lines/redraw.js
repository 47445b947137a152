/** Lines thinned to their skeleton and drawn again at one width. */

import { strokeSpans } from "../raster/line.js";
import { framePoint } from "./grid.js";
import { traceLines } from "./segments.js";

/**
 * Draw all lines anew at one width, each in its own stored value.
 * @param {{values: Uint8Array, width: number, height: number, isLine: Uint8Array, size: number}} payload size: px
 * @returns {{cleared: Int32Array, drawn: {value: number, pixels: Int32Array}[]}} pixels (y * width + x) whose line goes,
 *   and those that get another value, by value; none is in both
 */
export function redrawLines({ values, width, height, isLine, size }) {
  const lines = traceLines(values, width, height, isLine);
  const drawn = new Uint8Array(width * height);
  for (const path of paths(lines, size)) stamp(drawn, path, size, width, height);
  return difference(values, drawn, isLine);
}

function difference(values, drawn, isLine) {
  const cleared = [];
  const byValue = new Map();
  for (let at = 0; at < drawn.length; at++) {
    const value = drawn[at];
    if (value === values[at]) continue;
    if (!value) {
      if (isLine[values[at]]) cleared.push(at);
    } else if (byValue.has(value)) byValue.get(value).push(at);
    else byValue.set(value, [at]);
  }
  const groups = [...byValue].map(([value, pixels]) => ({ value, pixels: Int32Array.from(pixels) }));
  return { cleared: Int32Array.from(cleared), drawn: groups };
}

/** Ways of the pen: along each chain, from the junction it comes from to the one it goes to, free ends up to their tips. */
function paths({ chains, grid, ends }, size) {
  const ways = chains.map(({ pixels, from, to, closed }) => {
    const all = [from >= 0 && from, ...pixels, to >= 0 && to, closed && pixels[0]].filter((at) => at !== false);
    return { points: all.map((at) => centre(grid, at)), value: grid.cells[pixels[0]] };
  });
  const tips = ends.filter(({ tip }) => tip > size / 2).map((end) => ({ points: tipOf(end, size), value: end.value }));
  return [...ways, ...tips];
}

/** Thinning shortened the line by half its width; the new stroke's round end makes up for half of its own. */
function tipOf({ x, y, ways, tip }, size) {
  const { dx, dy } = ways.at(-1);
  const more = tip - size / 2;
  return [{ x, y }, { x: x + more * dx, y: y + more * dy }];
}

function centre(grid, at) {
  const { x, y } = framePoint(grid, at);
  return { x: x + 0.5, y: y + 0.5 };
}

function stamp(drawn, { points, value }, size, width, height) {
  points.forEach((point, i) => {
    strokeSpans(points[Math.max(0, i - 1)], point, size, (y, x0, x1) => {
      if (y < 0 || y >= height) return;
      const [from, to] = [Math.max(0, x0), Math.min(width, x1)];
      if (from < to) drawn.fill(value, y * width + from, y * width + to);
    });
  });
}
