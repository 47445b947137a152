/** Connected components: two passes over the runs of a mask, joined by union-find (Rosenfeld and Pfaltz 1966). */

import { runsOf } from "./morphology.js";

/**
 * Number the four-connected parts of a mask.
 * @param {Uint8Array} mask height * width, set where not 0
 * @param {number} width
 * @param {number} height
 * @param {Int32Array} labels written where the mask is set: first + 1, first + 2, ... in reading order
 * @param {number} [first] highest number already given
 * @returns {number} highest number given now
 */
export function labelParts(mask, width, height, labels, first = 0) {
  const runs = runsOf(mask, width, height);
  const parents = joinRuns(runs, height);
  const numbers = new Int32Array(parents.length);
  let count = first;
  for (let y = 0; y < height; y++) {
    for (let run = runs.firstOfRow[y]; run < runs.firstOfRow[y + 1]; run++) {
      const root = find(parents, run);
      if (numbers[root] === 0) numbers[root] = ++count;
      labels.fill(numbers[root], y * width + runs.starts[run], y * width + runs.ends[run]);
    }
  }
  return count;
}

/** Join the runs of neighbouring rows that share a column. */
function joinRuns({ starts, ends, firstOfRow }, height) {
  const parents = new Int32Array(starts.length);
  for (let run = 0; run < parents.length; run++) parents[run] = run;
  for (let y = 1; y < height; y++) {
    let above = firstOfRow[y - 1];
    let here = firstOfRow[y];
    while (above < firstOfRow[y] && here < firstOfRow[y + 1]) {
      if (starts[above] < ends[here] && starts[here] < ends[above]) unite(parents, above, here);
      if (ends[above] < ends[here]) above++;
      else here++;
    }
  }
  return parents;
}

/** Root of a set; the way there is halved. */
export function find(parents, at) {
  while (parents[at] !== at) {
    parents[at] = parents[parents[at]];
    at = parents[at];
  }
  return at;
}

/** Join two sets; the lower root stays, so that numbers follow reading order. */
export function unite(parents, a, b) {
  const rootA = find(parents, a);
  const rootB = find(parents, b);
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}
