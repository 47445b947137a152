/** Connected areas of pixels found run by run (union-find over row runs; two passes, as Rosenfeld & Pfaltz 1966). */

/** Numbers a run takes in the list: y, x0, x1 (excluded), area. */
export const RUN = 4;

/**
 * All areas of pixels that `inside` accepts; pixels that touch at a side or a corner hang together.
 * @param {number} width
 * @param {number} height
 * @param {(index: number) => boolean} inside asked once a pixel, with y * width + x
 * @returns {{runs: Int32Array, count: number}} runs: y, x0, x1 (excluded), area (0 to count - 1), row by row
 */
export function connectedRuns(width, height, inside) {
  const found = new Runs();
  let above = 0;
  for (let y = 0; y < height; y++) {
    const first = found.length;
    scanRow(found, y, width, inside);
    joinRow(found, above, first);
    above = first;
  }
  return found.numbered();
}

function scanRow(found, y, width, inside) {
  const row = y * width;
  for (let x = 0; x < width; x++) {
    if (!inside(row + x)) continue;
    const x0 = x;
    while (x + 1 < width && inside(row + x + 1)) x++;
    found.add(y, x0, x + 1);
  }
}

/** Unite the runs from `first` on with those of the row above, which begin at `above`. */
function joinRow(found, above, first) {
  const { data } = found;
  for (let at = first, up = above; at < found.length; at++) {
    while (up < first && data[RUN * up + 2] < data[RUN * at + 1]) up++;
    for (let other = up; other < first && data[RUN * other + 1] <= data[RUN * at + 2]; other++) found.join(at, other);
  }
}

class Runs {
  data = new Int32Array(RUN * 1024);
  length = 0;

  /** A run begins as an area of its own: its fourth number is its parent. */
  add(y, x0, x1) {
    const at = RUN * this.length;
    if (at === this.data.length) this.#grow();
    this.data.set([y, x0, x1], at);
    this.data[at + 3] = this.length++;
  }

  join(a, b) {
    const [first, second] = [this.#root(a), this.#root(b)];
    this.data[RUN * Math.max(first, second) + 3] = Math.min(first, second);
  }

  /** The runs with areas numbered from 0; a root comes before all it is the root of. */
  numbered() {
    let count = 0;
    for (let at = 0; at < this.length; at++) {
      const parent = this.data[RUN * at + 3];
      this.data[RUN * at + 3] = parent === at ? count++ : this.data[RUN * parent + 3];
    }
    return { runs: this.data.subarray(0, RUN * this.length), count };
  }

  #root(at) {
    const { data } = this;
    while (data[RUN * at + 3] !== at) {
      data[RUN * at + 3] = data[RUN * data[RUN * at + 3] + 3];
      at = data[RUN * at + 3];
    }
    return at;
  }

  #grow() {
    const larger = new Int32Array(2 * this.data.length);
    larger.set(this.data);
    this.data = larger;
  }
}
