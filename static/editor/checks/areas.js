/** Connected areas of a label map, and connected sets of pixels. */

const NONE = 0xffff;
const INK = 0x100;

const LARGE = 1;
const SMALL = 2;

/**
 * Connected areas of fewer than a number of pixels. Fills hang together by sides and within one stored value, lines by
 * sides and corners whatever their class; "ignore" is no area.
 *
 * An area is followed only until it is too large; most pixels then lie beside one that is known to be in a large area.
 * @param {{values: Uint8Array, width: number, height: number, isLine: Uint8Array, isFill: Uint8Array}} scene
 * @param {number} below px
 * @returns {{value: number, line: boolean, pixels: Int32Array}[]} value: stored value of the first pixel
 */
export function smallAreas(scene, below) {
  const search = new Search(scene, below);
  const small = [];
  const { values, width } = scene;
  for (let at = 0, x = 0; at < values.length; at++, x = x === width - 1 ? 0 : x + 1) {
    const pixels = search.areaOf(at, x);
    if (pixels) small.push({ value: values[at], line: search.key[values[at]] === INK, pixels });
  }
  return small;
}

class Search {
  constructor({ values, width, height, isLine, isFill }, below) {
    Object.assign(this, { values, width, height, below });
    this.key = Uint16Array.from({ length: 256 }, (_, value) => (isLine[value] ? INK : isFill[value] ? value : NONE));
    this.state = new Uint8Array(values.length);
    this.found = [];
  }

  /** The area that begins at a pixel, if it is small and was not found before. */
  areaOf(at, x) {
    const { values, key, state, width } = this;
    const wanted = key[values[at]];
    if (state[at] || wanted === NONE) return null;
    const [left, up] = [x > 0 ? at - 1 : -1, at - width];
    const besideLarge = (left >= 0 && this.#isLarge(left, wanted)) || (up >= 0 && this.#isLarge(up, wanted));
    state[at] = besideLarge ? LARGE : SMALL;
    return besideLarge ? null : this.#follow(at, wanted);
  }

  #isLarge(at, wanted) {
    return this.state[at] === LARGE && this.key[this.values[at]] === wanted;
  }

  #follow(start, wanted) {
    const { found, width } = this;
    found.length = 0;
    found.push(start);
    let large = this.below <= 1;
    for (let taken = 0; taken < found.length && !large; taken++) {
      const x = found[taken] % width;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = x > 0 ? -1 : 0; dx <= (x < width - 1 ? 1 : 0); dx++) {
          if (wanted !== INK && dx && dy) continue;
          large = this.#take(found[taken] + dy * width + dx, wanted) || large;
        }
      }
    }
    if (large) for (const at of found) this.state[at] = LARGE;
    return large ? null : Int32Array.from(found);
  }

  /** @returns {boolean} whether the area turns out to be large */
  #take(at, wanted) {
    const { state, values, key, found } = this;
    if (key[values[at]] !== wanted || state[at] === SMALL) return false;
    if (state[at] === LARGE) return true;
    state[at] = SMALL;
    found.push(at);
    return found.length >= this.below;
  }
}

/**
 * Sets of pixels that touch by sides or corners.
 * @param {number[]} pixels y * width + x, each once
 * @param {number} width of the frame
 * @returns {number[][]}
 */
export function touchingSets(pixels, width) {
  const left = new Set(pixels);
  const sets = [];
  for (const start of pixels) {
    if (!left.delete(start)) continue;
    const set = [start];
    for (const at of set) for (const beside of besides(at, width)) if (left.delete(beside)) set.push(beside);
    sets.push(set);
  }
  return sets;
}

function besides(at, width) {
  const x = at % width;
  const columns = [at];
  if (x > 0) columns.push(at - 1);
  if (x < width - 1) columns.push(at + 1);
  return columns.flatMap((column) => [column - width, column, column + width]);
}
