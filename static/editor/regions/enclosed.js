/** Which regions a figure drawn on the frame takes: those inside a loop, or what a box was drawn round. */

/**
 * A box takes no region of a colour that goes on outside of it, this many levels of a channel apart at most. Of 4, 6, 8,
 * 10, 12 and 20 on frames of the procedural production and the sample, 6 leaves most figures right after one box.
 */
const ALIKE = 6;

/** What is looked at outside a box, px of a frame 1080 lines high: how far, and how much of a region counts. */
const AROUND = 40;
const LEAST = 50;

/**
 * Regions of which at least a share lies in a figure.
 * @param {import("./build.js").RegionMap} map
 * @param {(emit: (y: number, x0: number, x1: number) => void) => void} spans of the figure, each pixel once; x1 is excluded
 * @param {number} share above 0, up to 1
 * @returns {number[]}
 */
export function regionsInside(map, spans, share) {
  const inside = pixelsIn(map, spans);
  const found = [];
  for (let region = 1; region <= map.count; region++) {
    if (inside[region] > 0 && inside[region] >= share * map.table.areas[region]) found.push(region);
  }
  return found;
}

/**
 * What a box was drawn round: the regions inside but for those whose colour goes on outside, which are what lies behind.
 * That is the start of GrabCut (Rother, Kolmogorov, Blake 2004: all outside the box is background) said of regions.
 * Regions of a map without colours are all taken.
 * @param {import("./build.js").RegionMap} map
 * @param {{x0: number, y0: number, x1: number, y1: number}} box ends excluded
 * @param {{share: number, all?: boolean}} options share: as for `regionsInside`; all: whatever is outside
 * @returns {number[]}
 */
export function regionsBoxed(map, box, { share, all = false }) {
  const inside = regionsInside(map, rowsOf(box, map), share);
  const { colors } = map.table;
  if (all || !colors) return inside;
  const behind = regionsAround(map, box);
  return inside.filter((region) => !behind.some((other) => alike(colors, region, other)));
}

/** Regions that are found beside a box. */
function regionsAround(map, box) {
  const unit = map.height / 1080;
  const { x0, y0, x1, y1 } = box;
  const by = Math.ceil(AROUND * unit);
  const sides = [
    { x0: x0 - by, y0: y0 - by, x1: x1 + by, y1: y0 },
    { x0: x0 - by, y0: y1, x1: x1 + by, y1: y1 + by },
    { x0: x0 - by, y0, x1: x0, y1 },
    { x0: x1, y0, x1: x1 + by, y1 },
  ];
  const counts = pixelsIn(map, (emit) => sides.forEach((side) => rowsOf(side, map)(emit)));
  return [...counts.keys()].filter((region) => region > 0 && counts[region] >= LEAST * unit * unit);
}

/**
 * Pixels of each region in a figure, those under lines not counted: by the regions' runs, as it follows the pointer.
 * @returns {Int32Array} (count + 1,)
 */
function pixelsIn({ width, height, count, table: { firstRun, runStarts, runEnds } }, spans) {
  const rows = spansByRow(spans, height);
  const counts = new Int32Array(count + 1);
  for (let region = 1; region <= count; region++) {
    for (let run = firstRun[region]; run < firstRun[region + 1]; run++) {
      const y = Math.floor(runStarts[run] / width);
      if (rows[y] !== null) counts[region] += overlap(rows[y], runStarts[run] - y * width, runEnds[run] - y * width);
    }
  }
  return counts;
}

/** x0, x1, x0, x1, ... of each row; null for rows without. */
function spansByRow(spans, height) {
  const rows = Array(height).fill(null);
  spans((y, x0, x1) => (rows[y] ??= []).push(x0, x1));
  return rows;
}

function overlap(row, from, to) {
  let sum = 0;
  for (let i = 0; i < row.length; i += 2) sum += Math.max(0, Math.min(to, row[i + 1]) - Math.max(from, row[i]));
  return sum;
}

/** The part of a box that lies in the frame, row by row. */
function rowsOf({ x0, y0, x1, y1 }, { width, height }) {
  const [from, to] = [Math.max(0, x0), Math.min(width, x1)];
  return (emit) => {
    if (from < to) for (let y = Math.max(0, y0); y < Math.min(height, y1); y++) emit(y, from, to);
  };
}

function alike(colors, a, b) {
  for (let c = 0; c < 3; c++) if (Math.abs(colors[3 * a + c] - colors[3 * b + c]) > ALIKE) return false;
  return true;
}
