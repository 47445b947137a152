/** Undo and redo as tile deltas: a step weighs what it changed, not what is there. */

import { TILE, unite } from "./plane.js";

/** Book-keeping of one kept tile, beside its packed bytes. */
const TILE_OVERHEAD = 96;

/**
 * A change in the making. Pixels are written at once; the tiles they lie in are remembered as they were.
 */
export class Edit {
  constructor(plane) {
    this.plane = plane;
    this.before = new Map();
    this.rect = null;
  }

  /**
   * Set pixels x0 up to, not including, x1 of row y. What lies outside the frame is dropped.
   * @returns {boolean} whether any of it lay inside
   */
  fillSpan(y, x0, x1, value) {
    const from = Math.max(0, x0);
    const to = Math.min(this.plane.width, x1);
    if (y < 0 || y >= this.plane.height || from >= to) return false;
    this.#remember(y, from, to);
    const row = y * this.plane.width;
    this.plane.values.fill(value, row + from, row + to);
    this.rect = unite(this.rect, { x0: from, y0: y, x1: to, y1: y + 1 });
    return true;
  }

  /** Replace everything, as when another version is taken. */
  replaceAll(values) {
    for (let tile = 0; tile < this.plane.tileCount; tile++) this.before.set(tile, this.plane.packTile(tile));
    this.plane.values.set(values);
    this.rect = { x0: 0, y0: 0, x1: this.plane.width, y1: this.plane.height };
  }

  /** Put everything back as it was. @returns the rectangle to redraw, or null */
  cancel() {
    for (const [tile, packed] of this.before) this.plane.unpackTile(tile, packed);
    return this.rect;
  }

  /** Forget tiles that came out as they had been. @returns {Map<number, Uint8Array>} earlier tiles that differ now */
  changedTiles() {
    const changed = new Map();
    for (const [tile, packed] of this.before) {
      if (!this.plane.tileIs(tile, packed)) changed.set(tile, packed);
    }
    return changed;
  }

  #remember(y, x0, x1) {
    const row = Math.floor(y / TILE) * this.plane.tilesAcross;
    const last = row + Math.floor((x1 - 1) / TILE);
    for (let tile = row + Math.floor(x0 / TILE); tile <= last; tile++) {
      if (!this.before.has(tile)) this.before.set(tile, this.plane.packTile(tile));
    }
  }
}

export class History {
  /**
   * @param {import("./plane.js").Plane} plane
   * @param {{budget?: number}} [options] budget: bytes kept at most; the oldest steps go first
   */
  constructor(plane, { budget = 192 * 2 ** 20 } = {}) {
    this.plane = plane;
    this.budget = budget;
    this.bytes = 0;
    this.undoSteps = [];
    this.redoSteps = [];
  }

  /** Start a change; nothing is on the record until `commit`. */
  begin() {
    return new Edit(this.plane);
  }

  /**
   * Put a finished change on the record.
   * @returns {{tiles: number[], rect: object} | null} what changed, null when nothing did
   */
  commit(edit) {
    const tiles = edit.changedTiles();
    if (!tiles.size) return null;
    this.#drop(this.redoSteps.splice(0));
    this.undoSteps.push(this.#weigh(tiles));
    this.#trim();
    return this.#change(tiles);
  }

  /** Take the last step back. @returns {{tiles: number[], rect: object} | null} */
  undo() {
    return this.#swap(this.undoSteps, this.redoSteps);
  }

  /** Do the step again that was taken back last. */
  redo() {
    return this.#swap(this.redoSteps, this.undoSteps);
  }

  get canUndo() {
    return this.undoSteps.length > 0;
  }

  get canRedo() {
    return this.redoSteps.length > 0;
  }

  #swap(from, to) {
    const step = from.pop();
    if (!step) return null;
    const other = new Map();
    for (const [tile, packed] of step.tiles) {
      other.set(tile, this.plane.packTile(tile));
      this.plane.unpackTile(tile, packed);
    }
    this.#drop([step]);
    to.push(this.#weigh(other));
    return this.#change(other);
  }

  #change(tiles) {
    const list = [...tiles.keys()];
    return { tiles: list, rect: this.plane.tilesRect(list) };
  }

  #weigh(tiles) {
    let bytes = 0;
    for (const packed of tiles.values()) bytes += packed.length + TILE_OVERHEAD;
    this.bytes += bytes;
    return { tiles, bytes };
  }

  #drop(steps) {
    for (const step of steps) this.bytes -= step.bytes;
  }

  /** The step just made stays, whatever it weighs: one must be able to take back what one just did. */
  #trim() {
    while (this.bytes > this.budget && this.undoSteps.length > 1) this.#drop([this.undoSteps.shift()]);
  }
}
