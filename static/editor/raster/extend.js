/** What lies under the lines of a flat map: nobody knows, and the nearest fill is the best guess. */

/**
 * Give every covered pixel the value of the nearest uncovered one (steps to the four neighbours, all fronts at once).
 * Where everything is covered nothing is known, and 0 is taken.
 * @param {Uint8Array} values changed in place, width * height
 * @param {Uint8Array} cover not 0 where a pixel's own value does not count
 * @param {number} width
 * @param {number} height
 */
export function extendFills(values, cover, width, height) {
  const open = new Uint8Array(values.length);
  let count = 0;
  for (let i = 0; i < open.length; i++) {
    if (cover[i] === 0) continue;
    open[i] = 1;
    count++;
  }
  const queue = new Int32Array(count);
  const grow = (from, to) => {
    if (!open[to]) return 0;
    open[to] = 0;
    values[to] = values[from];
    return 1;
  };
  let end = firstFront(values, cover, open, queue, width, height);
  for (let at = 0; at < end; at++) {
    const i = queue[at];
    const x = i % width;
    if (x > 0 && grow(i, i - 1)) queue[end++] = i - 1;
    if (x < width - 1 && grow(i, i + 1)) queue[end++] = i + 1;
    if (i >= width && grow(i, i - width)) queue[end++] = i - width;
    if (i < values.length - width && grow(i, i + width)) queue[end++] = i + width;
  }
  if (end < count) for (let i = 0; i < open.length; i++) if (open[i]) values[i] = 0;
}

/** Covered pixels beside an uncovered one, in reading order. @returns {number} how many */
function firstFront(values, cover, open, queue, width, height) {
  let end = 0;
  const last = width * (height - 1);
  for (let i = 0; i < values.length; i++) {
    if (!open[i]) continue;
    const x = i % width;
    let from = -1;
    if (x > 0 && cover[i - 1] === 0) from = i - 1;
    else if (i >= width && cover[i - width] === 0) from = i - width;
    else if (x < width - 1 && cover[i + 1] === 0) from = i + 1;
    else if (i < last && cover[i + width] === 0) from = i + width;
    if (from < 0) continue;
    open[i] = 0;
    values[i] = values[from];
    queue[end++] = i;
  }
  return end;
}
