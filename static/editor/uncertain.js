/** The places where the model was least sure, one screenful each, the worst first. */

import { RUN, connectedRuns } from "./raster/runs.js";

/** Unsure is half of the largest entropy, unless the model was surer than that everywhere. */
const UNSURE = 128;
const LEAST_UNSURE = 24;

/** An area wider or higher than this share of the frame's longer side is cut into several places. */
const PLACE_SHARE = 1 / 6;

/** Places are kept until they hold this share of all uncertainty, and at most so many. */
const KEPT_SHARE = 0.9;
const MOST = 60;

/**
 * @typedef {{x: number, y: number, x0: number, y0: number, x1: number, y1: number, sum: number, pixels: number}} Place
 *   x, y: middle of the uncertainty in px; x0 to y1: bounds, ends excluded; sum: of the entropy, 0 to 255 a pixel
 *
 * @param {{entropy: Uint8Array, width: number, height: number}} map height * width values, entropy / its maximum * 255
 * @returns {Place[]} the most uncertain first; empty when the model was sure throughout
 */
export function uncertainPlaces({ entropy, width, height }) {
  const level = unsureLevel(entropy);
  const { runs, count } = connectedRuns(width, height, (index) => entropy[index] >= level);
  const bounds = areaBounds(runs, count);
  const side = Math.max(1, Math.ceil(Math.max(width, height) * PLACE_SHARE));
  const places = new Map();
  for (let at = 0; at < runs.length; at += RUN) addRun(places, runs.subarray(at, at + RUN), bounds, side, { entropy, width });
  return worst([...places.values()]);
}

/** Entropy from which on a pixel counts as unsure. */
export function unsureLevel(entropy) {
  let most = 0;
  for (const value of entropy) if (value > most) most = value;
  return Math.max(LEAST_UNSURE, Math.min(UNSURE, Math.ceil(most / 2)));
}

/** Per area: x0, y0, x1, y1. */
function areaBounds(runs, count) {
  const bounds = Int32Array.from({ length: 4 * count }, (_, i) => (i % 4 < 2 ? 2 ** 30 : 0));
  for (let at = 0; at < runs.length; at += RUN) {
    const of = 4 * runs[at + 3];
    bounds[of] = Math.min(bounds[of], runs[at + 1]);
    bounds[of + 1] = Math.min(bounds[of + 1], runs[at]);
    bounds[of + 2] = Math.max(bounds[of + 2], runs[at + 2]);
    bounds[of + 3] = Math.max(bounds[of + 3], runs[at] + 1);
  }
  return bounds;
}

/** Add a run's pixels to the places they lie in: small areas are one place, large ones are cut along a lattice. */
function addRun(places, [y, x0, x1, area], bounds, side, map) {
  const [left, top, right, bottom] = bounds.subarray(4 * area, 4 * area + 4);
  const cellWidth = cellSide(right - left, side);
  const row = Math.floor((y - top) / cellSide(bottom - top, side));
  for (let from = x0; from < x1; ) {
    const column = Math.floor((from - left) / cellWidth);
    const to = Math.min(x1, left + (column + 1) * cellWidth);
    addPixels(placeAt(places, `${area}/${row}/${column}`), y, from, to, map);
    from = to;
  }
}

/** Cells of equal length, none longer than `side`. */
function cellSide(extent, side) {
  return Math.ceil(extent / Math.ceil(extent / side));
}

function placeAt(places, key) {
  if (!places.has(key)) places.set(key, { x: 0, y: 0, x0: Infinity, y0: Infinity, x1: 0, y1: 0, sum: 0, pixels: 0 });
  return places.get(key);
}

/** While places grow, x and y are sums weighted by entropy. */
function addPixels(place, y, x0, x1, { entropy, width }) {
  for (let x = x0; x < x1; x++) {
    const weight = entropy[y * width + x];
    place.sum += weight;
    place.x += weight * (x + 0.5);
    place.y += weight * (y + 0.5);
  }
  place.pixels += x1 - x0;
  place.x0 = Math.min(place.x0, x0);
  place.y0 = Math.min(place.y0, y);
  place.x1 = Math.max(place.x1, x1);
  place.y1 = Math.max(place.y1, y + 1);
}

function worst(places) {
  places.sort((a, b) => b.sum - a.sum || a.y0 - b.y0 || a.x0 - b.x0);
  let left = KEPT_SHARE * places.reduce((sum, place) => sum + place.sum, 0);
  const kept = [];
  for (const place of places) {
    if (left <= 0 || kept.length === MOST) break;
    left -= place.sum;
    kept.push({ ...place, x: place.x / place.sum, y: place.y / place.sum });
  }
  return kept;
}
