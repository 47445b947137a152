/**
 * The label layer, sampled straight from the map for the screen pixels that need it: nearest neighbour, exact at any
 * zoom and angle, and a stroke costs the screen pixels it touches, however large the frame is.
 */

/**
 * Colour a rectangle of the screen.
 * @param {Uint32Array} out packed colours, row by row; of each row the rectangle's part is written
 * @param {{x0: number, y0: number, x1: number, y1: number}} rect screen pixels, ends excluded
 * @param {{x: number, y: number, scale: number, angle?: number, mirrored?: boolean}} view
 * @param {{width: number, height: number}} size of the frame
 * @param {(index: number) => number} colorAt packed colour of a frame pixel
 * @param {number} [stride] length of a row of `out` when it is longer than the rectangle's; the rectangle begins at 0
 */
export function paintRect(out, rect, view, size, colorAt, stride = rect.x1 - rect.x0) {
  if ((view.angle ?? 0) % 180 === 0) paintUpright(out, rect, view, size, colorAt, stride);
  else paintTurned(out, rect, view, size, colorAt, stride);
}

/**
 * Frame column (or row) whose pixel covers the middle of each screen pixel; -1 outside the frame.
 * @param {number} scale screen pixels a frame pixel; negative when the frame runs the other way
 */
export function sampleIndices(from, to, origin, scale, limit) {
  const indices = new Int32Array(to - from);
  for (let at = from; at < to; at++) {
    const index = Math.floor((at + 0.5 - origin) / scale);
    indices[at - from] = index >= 0 && index < limit ? index : -1;
  }
  return indices;
}

function paintUpright(out, rect, view, size, colorAt, stride) {
  const down = view.angle ? -view.scale : view.scale;
  const along = view.mirrored ? -down : down;
  const columns = sampleIndices(rect.x0, rect.x1, view.x, along, size.width);
  const rows = sampleIndices(rect.y0, rect.y1, view.y, down, size.height);
  const width = columns.length;
  for (let row = 0; row < rows.length; row++) {
    const target = row * stride;
    if (rows[row] < 0) out.fill(0, target, target + width);
    else if (row > 0 && rows[row] === rows[row - 1]) out.copyWithin(target, target - stride, target - stride + width);
    else paintRow(out, target, columns, rows[row] * size.width, colorAt);
  }
}

function paintRow(out, target, columns, row, colorAt) {
  for (let i = 0; i < columns.length; i++) out[target + i] = columns[i] < 0 ? 0 : colorAt(row + columns[i]);
}

/** At an angle each screen pixel's middle is taken back to the frame by itself. */
function paintTurned(out, rect, view, { width, height }, colorAt, stride) {
  const from = view.toImage(0, 0);
  const right = view.toImage(1, 0);
  const [stepX, stepY] = [right.x - from.x, right.y - from.y];
  const count = rect.x1 - rect.x0;
  for (let y = rect.y0; y < rect.y1; y++) {
    const start = view.toImage(rect.x0 + 0.5, y + 0.5);
    const [firstX, endX] = stepsInside(start.x, stepX, width, count);
    const [firstY, endY] = stepsInside(start.y, stepY, height, count);
    const first = Math.max(firstX, firstY);
    const end = Math.max(first, Math.min(endX, endY));
    const target = (y - rect.y0) * stride;
    out.fill(0, target, target + first);
    for (let i = first; i < end; i++) {
      // What is inside is not negative: cutting the fraction off rounds down.
      out[target + i] = colorAt(((start.y + i * stepY) | 0) * width + ((start.x + i * stepX) | 0));
    }
    out.fill(0, target + end, target + count);
  }
}

/** The steps i, 0 to count, at which 0 <= from + i * step < limit: [first, end], end excluded. */
function stepsInside(from, step, limit, count) {
  const inside = (i) => from + i * step >= 0 && from + i * step < limit;
  const ends = step === 0 ? [0, inside(0) ? count : 0] : [-from / step, (limit - from) / step];
  let first = clamped(Math.floor(Math.min(...ends)), count);
  let end = clamped(Math.ceil(Math.max(...ends)) + 1, count);
  while (first < end && !inside(first)) first++;
  while (end > first && !inside(end - 1)) end--;
  return [first, end];
}

function clamped(step, count) {
  return Math.min(count, Math.max(0, step));
}
