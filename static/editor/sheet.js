/**
 * A frame's label map as it is edited. A douga is two planes, ink over paint, so that erasing or moving a line uncovers
 * the fill beneath it; a cel mask is one. `values` is the two laid together, and is what is shown, saved and counted.
 */

import { groupTable, isLineGroup } from "./kinds.js";
import { Plane, unite } from "./plane.js";
import { extendFills } from "./raster/extend.js";

/**
 * The flat map of what `Sheet.load` takes.
 * @param {Uint8Array} content flat, or planes one after the other
 * @param {number} size pixels of the frame
 */
export function flattened(content, size) {
  if (content.length === size) return content;
  return Uint8Array.from({ length: size }, (_, i) => content[size + i] || content[i]);
}

export class Sheet {
  /**
   * @param {object} kind label kind of the API
   * @param {number} width
   * @param {number} height
   * @param {Uint8Array} [content] height * width stored values, taken apart into planes, or the planes of `planesCopy`
   */
  constructor(kind, width, height, content) {
    this.width = width;
    this.height = height;
    this.groups = groupTable(kind);
    this.paint = new Plane(width, height);
    this.ink = kind.classes.some(({ group }) => group === "line") ? new Plane(width, height) : null;
    this.values = this.ink ? new Uint8Array(width * height) : this.paint.values;
    this.tilesAcross = this.paint.tilesAcross;
    this.tilesAPlane = this.paint.tileCount;
    if (content) this.load(content);
  }

  /** Tiles of all planes: those of the paint first, then those of the ink. */
  get tileCount() {
    return this.planes.length * this.tilesAPlane;
  }

  get planes() {
    return this.ink ? [this.paint, this.ink] : [this.paint];
  }

  /** Stored value at a pixel, or -1 outside. */
  get(x, y) {
    return this.contains(x, y) ? this.values[y * this.width + x] : -1;
  }

  contains(x, y) {
    return this.paint.contains(x, y);
  }

  /** Whether a stored value lies in the ink: lines, and "ignore", which covers whatever is below. */
  isLine(value) {
    return this.ink !== null && value !== 0 && isLineGroup(this.groups[value]);
  }

  /** Number of the plane a stored value lives in: 0 paint, 1 ink. */
  planeOf(value) {
    return this.isLine(value) ? 1 : 0;
  }

  /** Set a span of one plane, inside the frame. */
  setSpan(plane, y, x0, x1, value) {
    const row = y * this.width;
    this.planes[plane].values.fill(value, row + x0, row + x1);
    if (this.ink) this.#flatten(row + x0, row + x1);
  }

  /** Pixel bounds of a tile. */
  tileRect(tile) {
    return this.paint.tileRect(tile % this.tilesAPlane);
  }

  /** Smallest rectangle around tiles. */
  tilesRect(tiles) {
    return tiles.map((tile) => this.tileRect(tile)).reduce(unite);
  }

  packTile(tile) {
    return this.#planeOfTile(tile).packTile(tile % this.tilesAPlane);
  }

  tileIs(tile, packed) {
    return this.#planeOfTile(tile).tileIs(tile % this.tilesAPlane, packed);
  }

  unpackTile(tile, packed) {
    this.#planeOfTile(tile).unpackTile(tile % this.tilesAPlane, packed);
    if (this.ink) this.#flattenRect(this.tileRect(tile));
  }

  /** All planes one after the other: what the local backup keeps. */
  planesCopy() {
    const all = new Uint8Array(this.planes.length * this.values.length);
    this.planes.forEach((plane, index) => all.set(plane.values, index * this.values.length));
    return all;
  }

  /** Take over a whole label map, flat or as planes. */
  load(content) {
    const size = this.values.length;
    if (content.length === size) this.#split(content);
    else if (content.length === size * this.planes.length) {
      this.planes.forEach((plane, index) => plane.values.set(content.subarray(index * size, (index + 1) * size)));
    } else throw new RangeError(`${content.length} values for ${this.width}x${this.height} pixels`);
    if (this.ink) this.#flatten(0, size);
  }

  /** Lines and "ignore" to the ink; under them the fill of the nearest region goes on. */
  #split(flat) {
    if (!this.ink) {
      this.paint.values.set(flat);
      return;
    }
    const covered = Uint8Array.from({ length: 256 }, (_, value) => Number(this.isLine(value)));
    const ink = this.ink.values;
    for (let i = 0; i < flat.length; i++) ink[i] = covered[flat[i]] ? flat[i] : 0;
    this.paint.values.set(flat);
    extendFills(this.paint.values, ink, this.width, this.height);
  }

  #flatten(from, to) {
    const { values } = this;
    const ink = this.ink.values;
    const paint = this.paint.values;
    for (let i = from; i < to; i++) values[i] = ink[i] === 0 ? paint[i] : ink[i];
  }

  #flattenRect({ x0, y0, x1, y1 }) {
    for (let y = y0; y < y1; y++) this.#flatten(y * this.width + x0, y * this.width + x1);
  }

  #planeOfTile(tile) {
    return tile < this.tilesAPlane ? this.paint : this.ink;
  }
}
