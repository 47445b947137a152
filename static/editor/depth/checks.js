/** Checks of a drawing of depth: what a person should look at before handing it in. */

import { findingOf, gather, nearness } from "../checks/places.js";
import { sorted } from "../checks/run.js";
import { RUN, connectedRuns } from "../raster/runs.js";
import { labelParts } from "../regions/components.js";
import { UNKNOWN } from "./render.js";
import { eachSpan } from "./runs.js";

/** Parts of a cel mask of fewer px are specks of the mask. */
const SPECK = 64;

/** The checks by name, the gravest first: this is the order in which they are listed. */
export const CHECKS = { "cel-behind": celsBehind, "layer-covered": coveredLayers, "no-depth": unknownAreas };

/**
 * @param {object} given plain data, as it is sent to the worker
 * @param {import("./render.js").Layer[]} given.layers front to back
 * @param {Map<string, Uint16Array>} given.maps of the layers that show one
 * @param {Uint16Array} given.levels height * width, what the layers give
 * @param {number} given.width
 * @param {number} given.height
 * @param {Uint8Array | null} given.cel 1 on the cel, of the frame's cel mask
 * @param {Uint8Array | null} given.book 1 on books, of the frame's douga
 * @param {import("../checks/dismissals.js").Dismissal[]} [given.dismissed]
 * @returns {import("../checks/run.js").Found[]} of checks that found something, the gravest check first
 */
export function runDepthChecks(given) {
  return Object.entries(CHECKS).flatMap(([check, find]) => {
    const places = find(given);
    return places.length ? [sorted(check, places, given.dismissed ?? [])] : [];
  });
}

/**
 * Parts of the cel that are not nearer than what is beside them along more than half of their border. Books, which
 * rightly are nearer, and what is unknown on either side count on neither.
 * @returns {import("../checks/places.js").Finding[]} size: px of border along which they are not
 */
export function celsBehind({ cel, book, levels, width, height }) {
  if (!cel) return [];
  const parts = new Int32Array(cel.length);
  const count = labelParts(cel, width, height, parts);
  const borders = Array.from({ length: count + 1 }, () => ({ length: 0, behind: [] }));
  const sizes = new Uint32Array(count + 1);
  for (const part of parts) sizes[part]++;
  eachNeighbours(width, height, (inside, outside) => {
    if (!cel[inside] || cel[outside] || book?.[outside] || levels[inside] === UNKNOWN || levels[outside] === UNKNOWN) return;
    const border = borders[parts[inside]];
    border.length++;
    if (levels[inside] <= levels[outside]) border.behind.push(inside);
  });
  const behind = borders.filter(({ length, behind: px }, part) => sizes[part] >= SPECK && 2 * px.length > length);
  return gather(behind.map((border) => findingOf("cel-behind", border.behind, width)), nearness(height));
}

/** Call `visit` with each two pixels that share a side, in either order. */
function eachNeighbours(width, height, visit) {
  const both = (a, b) => {
    visit(a, b);
    visit(b, a);
  };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (x + 1 < width) both(at, at + 1);
      if (y + 1 < height) both(at, at + width);
    }
  }
}

/**
 * Layers that were drawn and show nowhere: wholly covered by those in front, or without a region. A map, which lies under
 * what is drawn, may be covered.
 * @returns {(import("../checks/places.js").Finding & {name: string, layer: string})[]} size: px of the region
 */
export function coveredLayers({ layers, maps, width, height }) {
  const taken = new Uint8Array(width * height);
  const hidden = layers.filter((layer) => take(layer, maps, taken) === 0 && !layer.map);
  return hidden.map((layer) => ({ ...placeOf(layer, width, height), name: layer.name, layer: layer.id }));
}

/** Mark what a layer shows. @returns {number} how many px of it no layer before it has */
function take({ runs, map }, maps, taken) {
  const known = map && maps.get(map);
  let shown = 0;
  eachSpan(runs, taken.length, (from, to) => {
    for (let at = from; at < to; at++) {
      if (taken[at] || (known && known[at] === UNKNOWN)) continue;
      taken[at] = 1;
      shown++;
    }
  });
  return shown;
}

function placeOf({ runs }, width, height) {
  const pixels = [];
  eachSpan(runs, width * height, (from, to) => {
    for (let at = from; at < to; at++) pixels.push(at);
  });
  if (pixels.length) return findingOf("layer-covered", pixels, width);
  const box = { x0: 0, y0: 0, x1: width, y1: height };
  return { check: "layer-covered", box, x: width >> 1, y: height >> 1, size: 0, parts: 1 };
}

/**
 * Areas of unknown depth; what touches at a side or a corner is one. Of a frame on which nothing is drawn, none.
 * @returns {import("../checks/places.js").Finding[]} size: px
 */
export function unknownAreas({ levels, width, height }) {
  const { runs, count } = connectedRuns(width, height, (at) => levels[at] === UNKNOWN);
  const areas = Array.from({ length: count }, () => ({ runs: [], size: 0 }));
  for (let at = 0; at < runs.length; at += RUN) {
    const [y, x0, x1, area] = runs.subarray(at, at + RUN);
    areas[area].runs.push({ y, x0, x1 });
    areas[area].size += x1 - x0;
  }
  if (count === 1 && areas[0].size === levels.length) return [];
  return gather(areas.map(areaFinding), nearness(height));
}

function areaFinding({ runs, size }) {
  const box = { x0: Infinity, y0: runs[0].y, x1: 0, y1: runs.at(-1).y + 1 };
  for (const { x0, x1 } of runs) {
    box.x0 = Math.min(box.x0, x0);
    box.x1 = Math.max(box.x1, x1);
  }
  return { check: "no-depth", box, ...nearestTo(box, runs), size, parts: 1 };
}

/** The pixel of an area that lies nearest to its box's middle. */
function nearestTo({ x0, y0, x1, y1 }, runs) {
  const [cx, cy] = [(x0 + x1 - 1) / 2, (y0 + y1 - 1) / 2];
  let best = { x: 0, y: 0, away: Infinity };
  for (const run of runs) {
    const x = Math.floor(Math.min(run.x1 - 1, Math.max(run.x0, cx)));
    const away = (x - cx) ** 2 + (run.y - cy) ** 2;
    if (away < best.away) best = { x, y: run.y, away };
  }
  return { x: best.x, y: best.y };
}
