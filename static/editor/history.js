/** Undo and redo as tile deltas: a step weighs what it changed, not what is there. */

import { TILE } from "./plane.js";

/** Book-keeping of one kept tile, beside its packed bytes. */
const TILE_OVERHEAD = 96;

/**
 * A change in the making. Pixels are written at once; the tiles they lie in are remembered as they were. Pixels of a
 * locked class and frozen pixels stay as they are, whoever draws.
 */
export class Edit {
  /**
   * @param {import("./sheet.js").Sheet} sheet
   * @param {{locked?: Uint8Array | null, frozen?: Uint8Array | null}} [guard] locked: (256,) 1 for stored values that
   *   may not be changed; frozen: 1 for pixels that may not be
   */
  constructor(sheet, { locked = null, frozen = null } = {}) {
    this.sheet = sheet;
    this.locked = locked?.some(Boolean) ? locked : null;
    this.frozen = frozen;
    this.before = new Map();
    this.rect = null;
  }

  /**
   * Set pixels x0 up to, not including, x1 of row y, in the plane the value lives in. What lies outside is dropped.
   * @returns {boolean} whether any of it lay inside
   */
  fillSpan(y, x0, x1, value) {
    return this.#span(this.sheet.planeOf(value), y, x0, x1, value);
  }

  /**
   * Take away what a plane holds.
   * @param {"ink" | "paint"} plane
   */
  eraseSpan(y, x0, x1, plane) {
    return this.#span(plane === "ink" && this.sheet.ink ? 1 : 0, y, x0, x1, 0);
  }

  /** Set single pixels by index, y * width + x. */
  setPixels(indices, value) {
    this.#pixels(this.sheet.planeOf(value), indices, value);
  }

  /** Take single pixels away from a plane. */
  erasePixels(indices, plane) {
    this.#pixels(plane === "ink" && this.sheet.ink ? 1 : 0, indices, 0);
  }

  /** Replace everything, as when another version is taken; locks do not count. @param {Uint8Array} content flat or planes */
  replaceAll(content) {
    for (let tile = 0; tile < this.sheet.tileCount; tile++) this.before.set(tile, this.sheet.packTile(tile));
    this.sheet.load(content);
    this.rect = { x0: 0, y0: 0, x1: this.sheet.width, y1: this.sheet.height };
  }

  /** Put everything back as it was. @returns the rectangle to redraw, or null */
  cancel() {
    for (const [tile, packed] of this.before) this.sheet.unpackTile(tile, packed);
    return this.before.size ? this.sheet.tilesRect([...this.before.keys()]) : null;
  }

  /** Forget tiles that came out as they had been. @returns {Map<number, Uint8Array>} earlier tiles that differ now */
  changedTiles() {
    const changed = new Map();
    for (const [tile, packed] of this.before) {
      if (!this.sheet.tileIs(tile, packed)) changed.set(tile, packed);
    }
    return changed;
  }

  #span(plane, y, x0, x1, value) {
    const from = Math.max(0, x0);
    const to = Math.min(this.sheet.width, x1);
    if (y < 0 || y >= this.sheet.height || from >= to) return false;
    this.#remember(plane, y, from, to);
    if (this.locked || this.frozen) this.#guardedSpan(plane, y, from, to, value);
    else this.sheet.setSpan(plane, y, from, to, value);
    this.rect = grown(this.rect, from, y, to, y + 1);
    return true;
  }

  /** The parts of a span that may be changed. */
  #guardedSpan(plane, y, from, to, value) {
    const row = y * this.sheet.width;
    for (let x = from; x < to; x++) {
      if (!this.#allowed(plane, row + x)) continue;
      let end = x + 1;
      while (end < to && this.#allowed(plane, row + end)) end++;
      this.sheet.setSpan(plane, y, x, end, value);
      x = end;
    }
  }

  /** Paint goes under a locked line, which stays as it is; a line over a locked fill would cover it. */
  #allowed(plane, index) {
    if (this.frozen?.[index]) return false;
    const { values } = plane === 1 ? this.sheet : this.sheet.paint;
    return !this.locked?.[values[index]];
  }

  #pixels(plane, indices, value) {
    const { width } = this.sheet;
    for (const index of indices) {
      const x = index % width;
      this.#span(plane, (index - x) / width, x, x + 1, value);
    }
  }

  #remember(plane, y, x0, x1) {
    const row = plane * this.sheet.tilesAPlane + Math.floor(y / TILE) * this.sheet.tilesAcross;
    const last = row + Math.floor((x1 - 1) / TILE);
    for (let tile = row + Math.floor(x0 / TILE); tile <= last; tile++) {
      if (!this.before.has(tile)) this.before.set(tile, this.sheet.packTile(tile));
    }
  }
}

/** A rectangle made to hold another. */
function grown(rect, x0, y0, x1, y1) {
  if (!rect) return { x0, y0, x1, y1 };
  rect.x0 = Math.min(rect.x0, x0);
  rect.y0 = Math.min(rect.y0, y0);
  rect.x1 = Math.max(rect.x1, x1);
  rect.y1 = Math.max(rect.y1, y1);
  return rect;
}

export class History {
  /**
   * @param {import("./sheet.js").Sheet} sheet
   * @param {{budget?: number}} [options] budget: bytes kept at most; the oldest steps go first
   */
  constructor(sheet, { budget = 192 * 2 ** 20 } = {}) {
    this.sheet = sheet;
    this.budget = budget;
    this.bytes = 0;
    this.undoSteps = [];
    this.redoSteps = [];
  }

  /** Start a change; nothing is on the record until `commit`. @param {object} [guard] as in `Edit` */
  begin(guard) {
    return new Edit(this.sheet, guard);
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
      other.set(tile, this.sheet.packTile(tile));
      this.sheet.unpackTile(tile, packed);
    }
    this.#drop([step]);
    to.push(this.#weigh(other));
    return this.#change(other);
  }

  #change(tiles) {
    const list = [...tiles.keys()];
    return { tiles: list, rect: this.sheet.tilesRect(list) };
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
