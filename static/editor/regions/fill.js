/** Reading a region map: which region a pixel belongs to, what filling it sets, what another map says of it. */

/**
 * Region of a pixel; 0 outside the frame.
 * @param {import("./build.js").RegionMap} map
 */
export function regionAt({ labels, width, height }, x, y) {
  return x >= 0 && y >= 0 && x < width && y < height ? labels[y * width + x] : 0;
}

/**
 * Spans that filling a region sets: the region and, of the lines round it, what lies no more than `grow` px from it.
 * @param {import("./build.js").RegionMap} map
 * @param {number} region
 * @param {number} grow px
 * @param {(y: number, x0: number, x1: number) => void} emit x1 is excluded
 */
export function fillSpans(map, region, grow, emit) {
  const { width, table } = map;
  for (let run = table.firstRun[region]; run < table.firstRun[region + 1]; run++) {
    emitRun(table.runStarts[run], table.runEnds[run], width, emit);
  }
  const under = underLines(map, region, grow).sort();
  for (let i = 0, end = 1; i < under.length; i = end++) {
    while (end < under.length && under[end] === under[end - 1] + 1 && under[end] % width !== 0) end++;
    emitRun(under[i], under[end - 1] + 1, width, emit);
  }
}

function emitRun(start, end, width, emit) {
  const y = Math.floor(start / width);
  emit(y, start - y * width, end - y * width);
}

/**
 * Line pixels that a region reaches over lines alone, in at most `grow` steps to one of the eight neighbours.
 * @returns {Int32Array} indices of pixels
 */
export function underLines(map, region, grow) {
  const reached = [];
  const seen = new Set();
  let front = grow > 0 ? besideRegion(map, region) : [];
  for (const index of front) seen.add(index);
  for (let step = 1; front.length; step++) {
    for (const index of front) reached.push(index);
    front = step < grow ? linesBeside(map, front, seen) : [];
  }
  return Int32Array.from(reached);
}

/** Line pixels that touch the region; only those in its box can. */
function besideRegion(map, region) {
  const { width, height, lines, table } = map;
  const [x0, y0, x1, y1] = table.boxes.subarray(4 * region, 4 * region + 4);
  const found = [];
  for (let y = Math.max(0, y0 - 1); y < Math.min(height, y1 + 1); y++) {
    for (let x = Math.max(0, x0 - 1), i = y * width + x; x < Math.min(width, x1 + 1); x++, i++) {
      if (lines[i] === 1 && touches(map, region, x, y)) found.push(i);
    }
  }
  return found;
}

/** Whether one of the eight neighbours is the region itself, and not what goes on of it under a line. */
function touches({ width, height, labels, lines }, region, x, y) {
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
      const index = ny * width + nx;
      if (labels[index] === region && lines[index] === 0) return true;
    }
  }
  return false;
}

function linesBeside({ width, height, lines }, front, seen) {
  const next = [];
  for (const index of front) {
    const x = index % width;
    const y = (index - x) / width;
    for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
      for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
        const beside = ny * width + nx;
        if (lines[beside] === 0 || seen.has(beside)) continue;
        seen.add(beside);
        next.push(beside);
      }
    }
  }
  return next;
}

/**
 * What most of a region is in another map, say the model's draft.
 * @param {import("./build.js").RegionMap} map
 * @param {number} region
 * @param {Uint8Array} values height * width stored values
 * @returns {{value: number, share: number}} share: 0 to 1 of the region's pixels
 */
export function vote({ table }, region, values) {
  const counts = new Int32Array(256);
  for (let run = table.firstRun[region]; run < table.firstRun[region + 1]; run++) {
    for (let i = table.runStarts[run]; i < table.runEnds[run]; i++) counts[values[i]]++;
  }
  const value = counts.indexOf(Math.max(...counts));
  return { value, share: counts[value] / table.areas[region] };
}
