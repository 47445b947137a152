/** Areas of one colour, found by statistical region merging (Nock and Nielsen 2004) over runs of nearly equal pixels. */

import { find } from "./components.js";

/** Colours of a run differ from its first pixel by no more than this: what compression does to a flat area. */
const NOISE = 4;

/**
 * Number the areas of one colour.
 *
 * Neighbouring runs are joined, the most similar first, while their mean colours differ by less than what chance would
 * explain in areas of their sizes; so flat areas come out whole also under noise, soft shading and anti-aliasing.
 * @param {Uint8Array | Uint8ClampedArray} rgba 4 * height * width
 * @param {number} width
 * @param {number} height
 * @param {Int32Array} parts areas stay within a part; 0 belongs to none; written: the areas' numbers
 * @param {{tolerance: number, least: number}} options tolerance: 1 to 255, larger joins more; least: smaller areas
 *   join the most similar neighbour, in px; those that have none are left out, 0
 * @returns {{count: number, colors: Uint8Array}} areas are numbered 1 to count; colors: mean red, green, blue at 3 * area
 */
export function flatAreas(rgba, width, height, parts, { tolerance, least }) {
  const runs = colorRuns(rgba, width, parts);
  const links = sortedLinks(runs, width, height);
  const merger = new Merger(runs, tolerance);
  merger.joinSimilar(links);
  merger.joinSmall(links, least);
  return writeAreas(runs, merger, least, parts);
}

/** Cut rows where the part or the colour changes. */
function colorRuns(rgba, width, parts) {
  const pixels = new Int32Array(rgba.buffer, rgba.byteOffset, parts.length);
  const starts = new Int32Array(parts.length + 1);
  let count = 0;
  for (let row = 0; row < parts.length; row += width) {
    let first = pixels[row];
    let part = parts[row];
    starts[count++] = row;
    for (let i = row + 1; i < row + width; i++) {
      if (parts[i] === part && alike(pixels[i], first)) continue;
      starts[count++] = i;
      first = pixels[i];
      part = parts[i];
    }
  }
  starts[count] = parts.length;
  return withMeans({ starts: starts.slice(0, count + 1), count }, rgba, parts);
}

/** Whether no channel of two packed colours differs by more than noise: one sign bit for all, as noise mispredicts. */
function alike(a, b) {
  const first = (a & 255) - (b & 255);
  const second = ((a >> 8) & 255) - ((b >> 8) & 255);
  const third = ((a >> 16) & 255) - ((b >> 16) & 255);
  const below = (first + NOISE) | (second + NOISE) | (third + NOISE);
  return (below | (NOISE - first) | (NOISE - second) | (NOISE - third)) >= 0;
}

/** The runs with their parts and, at 4 * run, mean red, green, blue: side by side, as they are read by chance and at once. */
function withMeans({ starts, count }, rgba, parts) {
  const means = new Float32Array(4 * count);
  const part = new Int32Array(count);
  for (let run = 0; run < count; run++) {
    const start = starts[run];
    const end = starts[run + 1];
    let r = 0;
    let g = 0;
    let b = 0;
    for (let at = 4 * start; at < 4 * end; at += 4) {
      r += rgba[at];
      g += rgba[at + 1];
      b += rgba[at + 2];
    }
    means[4 * run] = r / (end - start);
    means[4 * run + 1] = g / (end - start);
    means[4 * run + 2] = b / (end - start);
    part[run] = parts[start];
  }
  return { starts, count, part, means };
}

/** Pairs of runs of one part that touch, the most similar first. */
function sortedLinks(runs, width, height) {
  // A row touches the one above in at most as many places as both have runs; each run has one to its left.
  const links = { a: new Int32Array(3 * runs.count), b: new Int32Array(3 * runs.count), size: 0 };
  const { starts, part, count } = runs;
  for (let run = 1; run < count; run++) {
    if (part[run] !== 0 && part[run] === part[run - 1] && starts[run] % width !== 0) addLink(links, run - 1, run);
  }
  linkRows(links, runs, width, width * height);
  return byDifference(links, runs);
}

function linkRows(links, { starts, part, count }, width, pixels) {
  for (let above = 0, below = 0; below < count; ) {
    // As if the upper run lay in the lower one's row.
    const startAbove = starts[above] + width;
    const endAbove = starts[above + 1] + width;
    if (startAbove >= pixels) return;
    const overlap = startAbove < starts[below + 1] && starts[below] < endAbove;
    if (overlap && part[above] !== 0 && part[above] === part[below]) addLink(links, above, below);
    if (endAbove < starts[below + 1]) above++;
    else below++;
  }
}

function addLink(links, a, b) {
  links.a[links.size] = a;
  links.b[links.size++] = b;
}

/** Counting sort by the largest difference of a channel. */
function byDifference({ a, b, size }, { means }) {
  const differences = new Uint8Array(size);
  const places = new Int32Array(257);
  for (let i = 0; i < size; i++) {
    const p = 4 * a[i];
    const q = 4 * b[i];
    const red = Math.abs(means[p] - means[q]);
    const green = Math.abs(means[p + 1] - means[q + 1]);
    const blue = Math.abs(means[p + 2] - means[q + 2]);
    differences[i] = Math.max(red, green, blue);
    places[differences[i] + 1]++;
  }
  for (let level = 0; level < 256; level++) places[level + 1] += places[level];
  const sorted = { a: new Int32Array(size), b: new Int32Array(size), size };
  for (let i = 0; i < size; i++) {
    const place = places[differences[i]]++;
    sorted.a[place] = a[i];
    sorted.b[place] = b[i];
  }
  return sorted;
}

/** Sets of runs with their sizes and mean colours; beside a colour, at 4 * run + 3, what chance allows the set. */
class Merger {
  constructor({ starts, count, means }, tolerance) {
    this.means = means;
    this.chanceOf = chanceTable(starts[count], tolerance);
    this.parents = new Int32Array(count);
    this.sizes = new Int32Array(count);
    for (let run = 0; run < count; run++) {
      this.parents[run] = run;
      this.sizes[run] = starts[run + 1] - starts[run];
      means[4 * run + 3] = chanceAt(this.chanceOf, this.sizes[run]);
    }
  }

  /** Join what chance explains: the paper's predicate, b(R)^2 + b(R')^2 against each channel's squared difference. */
  joinSimilar({ a, b, size }) {
    const { parents, means } = this;
    for (let i = 0; i < size; i++) {
      const p = find(parents, a[i]);
      const q = find(parents, b[i]);
      if (p === q) continue;
      const limit = means[4 * p + 3] + means[4 * q + 3];
      const dr = means[4 * p] - means[4 * q];
      const dg = means[4 * p + 1] - means[4 * q + 1];
      const db = means[4 * p + 2] - means[4 * q + 2];
      if (dr * dr < limit && dg * dg < limit && db * db < limit) this.#join(p, q);
    }
  }

  joinSmall({ a, b, size }, least) {
    const { parents, sizes } = this;
    for (let i = 0; i < size; i++) {
      const p = find(parents, a[i]);
      const q = find(parents, b[i]);
      if (p !== q && (sizes[p] < least || sizes[q] < least)) this.#join(p, q);
    }
  }

  #join(p, q) {
    const { sizes, means } = this;
    const keep = sizes[p] >= sizes[q] ? p : q;
    const gone = keep === p ? q : p;
    const size = sizes[keep] + sizes[gone];
    const share = sizes[gone] / size;
    const [to, from] = [4 * keep, 4 * gone];
    means[to] += (means[from] - means[to]) * share;
    means[to + 1] += (means[from + 1] - means[to + 1]) * share;
    means[to + 2] += (means[from + 2] - means[to + 2]) * share;
    means[to + 3] = chanceAt(this.chanceOf, size);
    this.parents[gone] = keep;
    sizes[keep] = size;
  }
}

/** b(R)^2 of the paper by the size of R, with Q = 2048 / tolerance and its simplification of the count of areas. */
function chanceTable(pixels, tolerance) {
  const factor = (256 * 256 * tolerance) / (2 * 2048);
  const certainty = 2 * Math.log(6 * pixels);
  const small = Float32Array.from({ length: 4096 }, (_, size) => chance(factor, certainty, Math.max(1, size)));
  return { factor, certainty, small };
}

/** Nearly all sizes asked for are small, and logarithms are slow. */
function chanceAt({ factor, certainty, small }, size) {
  return size < 4096 ? small[size] : chance(factor, certainty, size);
}

function chance(factor, certainty, size) {
  return (factor * (Math.min(256, size) * Math.log(1 + size) + certainty)) / size;
}

/** Number the sets in reading order, but for those that stayed too small. */
function writeAreas({ starts, count, part }, merger, least, parts) {
  const numbers = new Int32Array(count);
  const roots = [];
  for (let run = 0; run < count; run++) {
    const root = find(merger.parents, run);
    if (numbers[root] === 0 && part[run] !== 0 && merger.sizes[root] >= least) numbers[root] = roots.push(root);
    // Runs of a noisy picture are few pixels long: faster than a call of `fill` for each.
    for (let i = starts[run]; i < starts[run + 1]; i++) parts[i] = numbers[root];
  }
  return { count: roots.length, colors: colorsOf(roots, merger) };
}

function colorsOf(roots, { means }) {
  const colors = new Uint8Array(3 * roots.length + 3);
  roots.forEach((root, i) => colors.set(means.subarray(4 * root, 4 * root + 3).map(Math.round), 3 * i + 3));
  return colors;
}
