/** Regions as run lengths along the rows, outside and inside by turns, outside first (`modeling.depth.layers`). */

/**
 * @param {Uint8Array} mask 1 inside, height * width
 * @returns {number[]} what is outside at the end is left out
 */
export function runsOf(mask) {
  const runs = [];
  for (let at = 0, inside = 0; at < mask.length; inside ^= 1) {
    let end = mask.indexOf(inside ^ 1, at);
    if (end < 0) end = mask.length;
    if (end < mask.length || inside) runs.push(end - at);
    at = end;
  }
  return runs;
}

/**
 * @param {number[] | null} runs null: all inside
 * @param {number} size pixels of the frame
 * @returns {Uint8Array} 1 inside
 */
export function maskOf(runs, size) {
  const mask = new Uint8Array(size);
  eachSpan(runs, size, (from, to) => mask.fill(1, from, to));
  return mask;
}

/** Call `visit(from, to)` with the pixels of each span inside, ends excluded. */
export function eachSpan(runs, size, visit) {
  if (runs === null) {
    visit(0, size);
    return;
  }
  let at = 0;
  runs.forEach((length, index) => {
    if (index % 2 === 1 && length > 0) visit(at, at + length);
    at += length;
  });
}

/** Whether a pixel lies inside. */
export function covers(runs, index) {
  if (runs === null) return true;
  let at = 0;
  for (let turn = 0; turn < runs.length; turn++) {
    at += runs[turn];
    if (index < at) return turn % 2 === 1;
  }
  return false;
}
