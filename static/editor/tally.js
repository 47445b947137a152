/** Pixels of each stored value, kept up to date tile by tile: a stroke costs the tiles it touched. */

import { TILE } from "./plane.js";

/** Time spent at a stretch before the page may do something else. */
const SLICE_MS = 4;

export class Tally {
  /**
   * @param {{width: number, height: number, values: Uint8Array}} map stored values, row by row; read whenever counted
   */
  constructor(map) {
    this.map = map;
    this.tilesAcross = Math.ceil(map.width / TILE);
    this.tileCount = this.tilesAcross * Math.ceil(map.height / TILE);
    this.tiles = new Uint16Array(256 * this.tileCount);
    /** Pixels of each stored value in the tiles counted so far. */
    this.counts = new Uint32Array(256);
    this.due = new Set(Array(this.tileCount).keys());
  }

  /** Tiles changed: they are counted anew at the next turn. @param {Iterable<number>} tiles */
  changed(tiles) {
    for (const tile of tiles) this.due.add(tile);
  }

  /** Whether every tile is counted as it is. */
  get exact() {
    return this.due.size === 0;
  }

  /**
   * Count tiles that are due for a few milliseconds.
   * @param {{now?: () => number, budget?: number}} [clock] milliseconds
   * @returns {boolean} whether all are counted
   */
  work({ now = () => performance.now(), budget = SLICE_MS } = {}) {
    const end = now() + budget;
    for (const tile of this.due) {
      this.#count(tile);
      this.due.delete(tile);
      if (now() >= end) break;
    }
    return this.exact;
  }

  #count(tile) {
    const { counts } = this;
    const own = this.tiles.subarray(256 * tile, 256 * (tile + 1));
    for (let value = 0; value < 256; value++) counts[value] -= own[value];
    own.fill(0);
    this.#scan(tile, own);
    for (let value = 0; value < 256; value++) counts[value] += own[value];
  }

  #scan(tile, own) {
    const { values, width, height } = this.map;
    const x0 = (tile % this.tilesAcross) * TILE;
    const y0 = Math.floor(tile / this.tilesAcross) * TILE;
    const x1 = Math.min(width, x0 + TILE);
    const y1 = Math.min(height, y0 + TILE);
    for (let y = y0; y < y1; y++) for (let at = y * width + x0; at < y * width + x1; at++) own[values[at]]++;
  }
}
