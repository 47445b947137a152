/** Bounded fill: the four-connected region around a pixel, found span by span (Smith 1979). */

/**
 * Find the region of pixels that `inside` accepts and that hangs together with the seed.
 * @param {number} width
 * @param {number} height
 * @param {{x: number, y: number}} seed a pixel
 * @param {(index: number) => boolean} inside asked with y * width + x
 * @returns {Int32Array} spans: y, x0, x1 (excluded), one after the other; empty when the seed itself is not inside
 */
export function floodSpans(width, height, seed, inside) {
  const done = new Uint8Array(width * height);
  const spans = new Spans();
  const open = [seed.x, seed.y];
  while (open.length) {
    const y = open.pop();
    const x = open.pop();
    const row = y * width;
    if (done[row + x] || !inside(row + x)) continue;
    let x0 = x;
    while (x0 > 0 && !done[row + x0 - 1] && inside(row + x0 - 1)) x0--;
    let x1 = x + 1;
    while (x1 < width && !done[row + x1] && inside(row + x1)) x1++;
    done.fill(1, row + x0, row + x1);
    spans.push(y, x0, x1);
    if (y > 0) seedRow(open, done, inside, y - 1, x0, x1, width);
    if (y < height - 1) seedRow(open, done, inside, y + 1, x0, x1, width);
  }
  return spans.all();
}

/** Put one pixel of every run of the row that is still open on the stack. */
function seedRow(open, done, inside, y, x0, x1, width) {
  const row = y * width;
  let before = false;
  for (let x = x0; x < x1; x++) {
    const here = !done[row + x] && inside(row + x);
    if (here && !before) open.push(x, y);
    before = here;
  }
}

class Spans {
  #data = new Int32Array(3072);
  #size = 0;

  push(y, x0, x1) {
    if (this.#size + 3 > this.#data.length) {
      const larger = new Int32Array(2 * this.#data.length);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.#size++] = y;
    this.#data[this.#size++] = x0;
    this.#data[this.#size++] = x1;
  }

  all() {
    return this.#data.slice(0, this.#size);
  }
}
