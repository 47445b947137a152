/** Shapes of masks and of lightness: dilation by a disc, sliding minima and maxima. Integers, linear in the pixels. */

/** The top bit of each byte of a word. */
const HIGH = 0x80808080 | 0;

/**
 * Half widths of the rows of a disc of pixel centres.
 * @param {number} radius in px, may be a half
 * @returns {Int32Array} for dy = -n..n at index dy + n: the largest whole dx with dx² + dy² <= radius²
 */
export function discHalfWidths(radius) {
  const reach = Math.floor(radius);
  const widths = new Int32Array(2 * reach + 1);
  for (let dy = -reach; dy <= reach; dy++) widths[dy + reach] = Math.floor(Math.sqrt(radius * radius - dy * dy));
  return widths;
}

/**
 * Grow the set pixels of a mask by a disc. What lies outside the frame is not set.
 *
 * Runs are widened row by row on a counter of where they begin and end, so the cost is pixels plus runs times height.
 * @param {Uint8Array} mask height * width, set where not 0
 * @param {number} width
 * @param {number} height
 * @param {number} radius in px: a pixel is set when a set pixel's centre lies no further than this
 * @returns {Uint8Array} 0 or 1
 */
export function dilated(mask, width, height, radius) {
  const { starts, ends, firstOfRow } = runsOf(mask, width, height);
  const halves = discHalfWidths(radius);
  const reach = (halves.length - 1) / 2;
  const out = new Uint8Array(mask.length);
  const steps = new Int32Array(width + 1);
  for (let y = 0; y < height; y++) {
    steps.fill(0);
    const last = Math.min(height - 1, y + reach);
    for (let from = Math.max(0, y - reach); from <= last; from++) {
      const half = halves[from - y + reach];
      for (let run = firstOfRow[from]; run < firstOfRow[from + 1]; run++) {
        steps[Math.max(0, starts[run] - half)]++;
        steps[Math.min(width, ends[run] + half)]--;
      }
    }
    writeRow(out, y * width, steps, width);
  }
  return out;
}

function writeRow(out, row, steps, width) {
  for (let x = 0, depth = 0; x < width; x++) {
    depth += steps[x];
    if (depth > 0) out[row + x] = 1;
  }
}

/**
 * Runs of set pixels, row by row.
 * @param {Uint8Array} mask set where not 0
 * @param {number} width
 * @param {number} height
 * @returns {{starts: Int32Array, ends: Int32Array, firstOfRow: Int32Array}} columns, ends excluded; the runs of row y
 *   are those from firstOfRow[y] up to firstOfRow[y + 1]
 */
export function runsOf(mask, width, height) {
  const firstOfRow = new Int32Array(height + 1);
  // Ends of runs as one list of columns: a run begins at each even place and ends at the next.
  let changes = new Int32Array(4096);
  let size = 0;
  for (let y = 0; y < height; y++) {
    firstOfRow[y] = size >> 1;
    if (size + width + 2 > changes.length) changes = larger(changes, width + 2);
    size = rowChanges(mask, y * width, width, changes, size);
  }
  firstOfRow[height] = size >> 1;
  return { ...startsAndEnds(changes, size >> 1), firstOfRow };
}

function startsAndEnds(changes, count) {
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  for (let run = 0; run < count; run++) {
    starts[run] = changes[2 * run];
    ends[run] = changes[2 * run + 1];
  }
  return { starts, ends };
}

function rowChanges(mask, row, width, changes, from) {
  let size = from;
  let open = false;
  for (let x = 0; x < width; x++) {
    if ((mask[row + x] !== 0) === open) continue;
    changes[size++] = x;
    open = !open;
  }
  if (open) changes[size++] = width;
  return size;
}

function larger(list, least) {
  const out = new Int32Array(2 * list.length + least);
  out.set(list);
  return out;
}

/**
 * Largest (or smallest) value in the square window around each pixel; what lies outside the frame does not count.
 *
 * A window is widened by joining two of the width reached so far. Four pixels are worked on at once in a 32 bit word,
 * whose top bits of each byte hold the borrows: this is most of the work of a line map.
 * @param {Uint8Array} values height * width, 0 to 127
 * @param {number} width
 * @param {number} height
 * @param {number} reach the window spans 2 * reach + 1 px each way
 * @param {"max" | "min"} which
 * @returns {Uint8Array}
 */
export function extreme(values, width, height, reach, which) {
  const stride = (width + 2 * reach + 3) & ~3;
  // One word more is read than is written.
  const padded = new Uint8Array(stride * (height + 2 * reach) + 4).fill(which === "min" ? 127 : 0);
  for (let y = 0; y < height; y++) padded.set(values.subarray(y * width, (y + 1) * width), (y + reach) * stride + reach);
  const slide = which === "min" ? slideMin : slideMax;
  for (const step of [1, stride]) for (const by of doublings(2 * reach + 1)) slide(new Int32Array(padded.buffer), by * step);
  const out = new Uint8Array(values.length);
  for (let y = 0; y < height; y++) out.set(padded.subarray(y * stride, y * stride + width), y * width);
  return out;
}

/** Offsets that widen a window from 1 to `size`: each joins two windows of the width reached so far. */
function doublings(size) {
  const offsets = [];
  for (let reached = 1; reached < size; ) {
    const by = Math.min(reached, size - reached);
    offsets.push(by);
    reached += by;
  }
  return offsets;
}

/** The larger of each byte and the one `by` bytes on. */
function slideMax(words, by) {
  const [step, shift] = [by >> 2, 8 * (by & 3)];
  for (let i = 0, last = words.length - step - 1; i < last; i++) {
    const here = words[i];
    const on = shift === 0 ? words[i + step] : (words[i + step] >>> shift) | (words[i + step + 1] << (32 - shift));
    const keeps = ((here | HIGH) - on) & HIGH;
    words[i] = on ^ ((here ^ on) & (keeps - (keeps >>> 7)));
  }
}

function slideMin(words, by) {
  const [step, shift] = [by >> 2, 8 * (by & 3)];
  for (let i = 0, last = words.length - step - 1; i < last; i++) {
    const here = words[i];
    const on = shift === 0 ? words[i + step] : (words[i + step] >>> shift) | (words[i + step + 1] << (32 - shift));
    const larger = ((here | HIGH) - on) & HIGH;
    words[i] = here ^ ((here ^ on) & (larger - (larger >>> 7)));
  }
}
