/** Regions grow over what belongs to nobody yet, all at one pace: each pixel goes to the region that reaches it first. */

/**
 * @param {Int32Array} labels height * width; 0 is free; written
 * @param {number} width
 * @param {number} height
 * @param {Uint8Array} lines nothing grows where this is not 0
 * @param {number} [steps] at least 1: how far at most, in px along rows and columns
 */
export function growRegions(labels, width, height, lines, steps = Infinity) {
  let { queue, size } = firstReached(labels, width, height, lines);
  for (let at = 0, end = size, step = 1; at < end && step < steps; step++, end = size) {
    for (; at < end; at++) {
      const index = queue[at];
      const label = labels[index];
      const x = index % width;
      const below = index + width;
      if (x > 0 && labels[index - 1] === 0 && lines[index - 1] === 0) labels[(queue[size++] = index - 1)] = label;
      if (x < width - 1 && labels[index + 1] === 0 && lines[index + 1] === 0) labels[(queue[size++] = index + 1)] = label;
      if (index >= width && labels[index - width] === 0 && lines[index - width] === 0) {
        labels[(queue[size++] = index - width)] = label;
      }
      if (below < labels.length && labels[below] === 0 && lines[below] === 0) labels[(queue[size++] = below)] = label;
    }
  }
}

/** Take the free pixels beside regions; they head a queue that has room for every free pixel. */
function firstReached(labels, width, height, lines) {
  const queue = new Int32Array(countFree(labels, lines));
  let size = 0;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (labels[i] !== 0 || lines[i] !== 0) continue;
      const label = labelBeside(labels, width, i, x);
      // Below zero it does not count for the next pixel yet: one step reaches one pixel far.
      if (label > 0) labels[(queue[size++] = i)] = -label;
    }
  }
  for (let at = 0; at < size; at++) labels[queue[at]] = -labels[queue[at]];
  return { queue, size };
}

function countFree(labels, lines) {
  let free = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === 0 && lines[i] === 0) free++;
  return free;
}

function labelBeside(labels, width, i, x) {
  if (x > 0 && labels[i - 1] > 0) return labels[i - 1];
  if (x < width - 1 && labels[i + 1] > 0) return labels[i + 1];
  if (labels[i - width] > 0) return labels[i - width];
  return labels[i + width] > 0 ? labels[i + width] : 0;
}
