/** What a label map holds: how much of each stored value, and where a name for it has room. */

/**
 * @param {Uint8Array} values height * width stored values
 * @param {number} width
 * @returns {Map<number, {count: number, x: number, y: number, room: number}>} by value: pixels, and the middle and
 *   length in px of its longest horizontal run
 */
export function measured(values, width) {
  const counts = new Float64Array(256);
  const longest = Array.from({ length: 256 }, () => ({ room: 0, x: 0, y: 0 }));
  for (let at = 0; at < values.length; ) {
    const end = runEnd(values, at, at - (at % width) + width);
    const value = values[at];
    counts[value] += end - at;
    if (end - at > longest[value].room) longest[value] = place(at, end, width);
    at = end;
  }
  const found = new Map();
  counts.forEach((count, value) => count && found.set(value, { count, ...longest[value] }));
  return found;
}

function runEnd(values, start, rowEnd) {
  let end = start + 1;
  while (end < rowEnd && values[end] === values[start]) end++;
  return end;
}

function place(start, end, width) {
  const middle = (start + end) >> 1;
  return { room: end - start, x: middle % width, y: Math.floor(middle / width) };
}
