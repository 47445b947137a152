/** What is known of each region: its runs, so that a click need not search, its size, place and colour. */

/**
 * Table of the regions of a label array, before they go on under lines.
 * @param {{labels: Int32Array, width: number, height: number, count: number}} map 0 belongs to no region
 * @returns {{firstRun: Int32Array, runStarts: Int32Array, runEnds: Int32Array, areas: Int32Array, boxes: Int32Array,
 *   seeds: Int32Array}} the runs of region r are those from firstRun[r] up to
 *   firstRun[r + 1], row by row, as indices of pixels, ends excluded; areas in px; boxes: x0, y0, x1, y1 at 4 * r, ends
 *   excluded; seeds: a pixel well inside
 */
export function regionTable(map) {
  const runs = sortedRuns(map);
  return { ...runs, ...places(runs, map) };
}

/** Runs of equal labels, by region: counted, then put in place. */
function sortedRuns({ labels, width, height, count }) {
  const firstRun = new Int32Array(count + 2);
  eachRun(labels, width, height, (label) => firstRun[label + 1]++);
  for (let region = 1; region <= count; region++) firstRun[region + 1] += firstRun[region];
  const next = firstRun.slice();
  const runStarts = new Int32Array(firstRun[count + 1]);
  const runEnds = new Int32Array(runStarts.length);
  eachRun(labels, width, height, (label, start, end) => {
    const run = next[label]++;
    runStarts[run] = start;
    runEnds[run] = end;
  });
  return { firstRun, runStarts, runEnds };
}

function eachRun(labels, width, height, visit) {
  for (let y = 0, start = 0; y < height; y++) {
    const rowEnd = (y + 1) * width;
    for (let end = start; start < rowEnd; start = end) {
      const label = labels[start];
      do end++;
      while (end < rowEnd && labels[end] === label);
      if (label !== 0) visit(label, start, end);
    }
  }
}

/** Areas, boxes and seeds from the runs. */
function places({ firstRun, runStarts, runEnds }, { width, count }) {
  const [areas, seeds, boxes] = [new Int32Array(count + 1), new Int32Array(count + 1), new Int32Array(4 * count + 4)];
  for (let region = 1; region <= count; region++) {
    const box = { x0: width, x1: 0, longest: 0 };
    for (let run = firstRun[region]; run < firstRun[region + 1]; run++) {
      const size = runEnds[run] - runStarts[run];
      const x = runStarts[run] % width;
      areas[region] += size;
      box.x0 = Math.min(box.x0, x);
      box.x1 = Math.max(box.x1, x + size);
      if (size > box.longest) {
        box.longest = size;
        seeds[region] = runStarts[run] + (size >> 1);
      }
    }
    const [top, bottom] = [runStarts[firstRun[region]], runStarts[firstRun[region + 1] - 1]];
    boxes.set([box.x0, Math.floor(top / width), box.x1, Math.floor(bottom / width) + 1], 4 * region);
  }
  return { areas, seeds, boxes };
}
