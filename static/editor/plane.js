/** One full-resolution label map: a stored value a pixel, cut into tiles for history and journal. */

import { packRuns, unpackRuns } from "./codec/runs.js";

/** Side of a tile in pixels. */
export const TILE = 64;

/** Stored value of pixels that count nowhere. */
export const IGNORE = 255;

const block = new Uint8Array(TILE * TILE);
const other = new Uint8Array(TILE * TILE);

export class Plane {
  /**
   * @param {number} width
   * @param {number} height
   * @param {Uint8Array} [values] row by row, height * width stored values; taken, not copied
   */
  constructor(width, height, values = new Uint8Array(width * height)) {
    if (values.length !== width * height) throw new RangeError(`${values.length} values for ${width}x${height} pixels`);
    this.width = width;
    this.height = height;
    this.values = values;
    this.tilesAcross = Math.ceil(width / TILE);
    this.tileCount = this.tilesAcross * Math.ceil(height / TILE);
  }

  /** Stored value at a pixel, or -1 outside. */
  get(x, y) {
    return this.contains(x, y) ? this.values[y * this.width + x] : -1;
  }

  contains(x, y) {
    return x >= 0 && y >= 0 && x < this.width && y < this.height;
  }

  /** Pixel bounds {x0, y0, x1, y1} of a tile, ends excluded, cut off at the frame's edge. */
  tileRect(tile) {
    const x0 = (tile % this.tilesAcross) * TILE;
    const y0 = Math.floor(tile / this.tilesAcross) * TILE;
    return { x0, y0, x1: Math.min(x0 + TILE, this.width), y1: Math.min(y0 + TILE, this.height) };
  }

  /** The tile's values, packed. */
  packTile(tile) {
    return packRuns(this.#block(tile));
  }

  /** Whether the tile still has the packed values. */
  tileIs(tile, packed) {
    const block = this.#block(tile);
    const before = unpackRuns(packed, other.subarray(0, block.length));
    for (let i = 0; i < block.length; i++) if (block[i] !== before[i]) return false;
    return true;
  }

  /** The tile's values in a buffer that the next call uses again. */
  #block(tile) {
    const { x0, y0, x1, y1 } = this.tileRect(tile);
    for (let y = y0, at = 0; y < y1; y++, at += x1 - x0) {
      block.set(this.values.subarray(y * this.width + x0, y * this.width + x1), at);
    }
    return block.subarray(0, (x1 - x0) * (y1 - y0));
  }

  /** Write a packed tile back. */
  unpackTile(tile, packed) {
    const { x0, y0, x1, y1 } = this.tileRect(tile);
    const values = unpackRuns(packed, block.subarray(0, (x1 - x0) * (y1 - y0)));
    for (let y = y0, at = 0; y < y1; y++, at += x1 - x0) {
      this.values.set(values.subarray(at, at + x1 - x0), y * this.width + x0);
    }
  }

  /** Smallest rectangle around tiles. */
  tilesRect(tiles) {
    return tiles.map((tile) => this.tileRect(tile)).reduce(unite);
  }
}

/** The rectangle around two rectangles, either of which may be null. */
export function unite(a, b) {
  if (!a || !b) return a || b;
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  };
}

/**
 * Number of pixels that differ between two maps of one size.
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
export function countDifferent(a, b) {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) count++;
  return count;
}
