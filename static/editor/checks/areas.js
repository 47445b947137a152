/** Connected areas of a label map, and connected sets of pixels. */

const NONE = 0xffff;
const INK = 0x100;

/**
 * Connected areas of fewer than a number of pixels. Fills hang together by sides and within one stored value, lines by
 * sides and corners whatever their class; "ignore" is no area.
 * @param {{values: Uint8Array, width: number, height: number, isLine: Uint8Array, isFill: Uint8Array}} scene
 * @param {number} below px
 * @returns {{value: number, line: boolean, pixels: Int32Array}[]} value: stored value of the first pixel
 */
export function smallAreas(scene, below) {
  const { values, width, height } = scene;
  const key = keyTable(scene);
  const seen = new Uint8Array(values.length);
  const queue = new Int32Array(values.length);
  const small = [];
  for (let start = 0; start < values.length; start++) {
    const wanted = key[values[start]];
    if (seen[start] || wanted === NONE) continue;
    const count = flood({ values, width, height, key, seen, queue }, start, wanted);
    if (count < below) small.push({ value: values[start], line: wanted === INK, pixels: queue.slice(0, count) });
  }
  return small;
}

function keyTable({ isLine, isFill }) {
  return Uint16Array.from({ length: 256 }, (_, value) => (isLine[value] ? INK : isFill[value] ? value : NONE));
}

function flood({ values, width, height, key, seen, queue }, start, wanted) {
  let filled = 0;
  const take = (at) => {
    if (seen[at] || key[values[at]] !== wanted) return;
    seen[at] = 1;
    queue[filled++] = at;
  };
  take(start);
  for (let taken = 0; taken < filled; taken++) {
    const at = queue[taken];
    const x = at % width;
    const [left, right, up, down] = [x > 0, x < width - 1, at >= width, at < (height - 1) * width];
    if (left) take(at - 1);
    if (right) take(at + 1);
    if (up) take(at - width);
    if (down) take(at + width);
    if (wanted !== INK) continue;
    if (up && left) take(at - width - 1);
    if (up && right) take(at - width + 1);
    if (down && left) take(at + width - 1);
    if (down && right) take(at + width + 1);
  }
  return filled;
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
