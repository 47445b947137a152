/** How wide a line is at a pixel of its skeleton. */

/** Widths beyond this many px are reported as this. */
export const WIDEST = 128;

const nearFirst = makeOffsets(WIDEST / 2);

/**
 * Distance from a pixel's centre to the nearest centre that is not of its line, in px (a line of 1 px has 1), and where
 * that lies.
 * @param {import("./grid.js").Grid} grid
 * @param {number} at position
 * @returns {{distance: number, dx: number, dy: number}} distance is at most WIDEST / 2
 */
export function reachOut({ cells, stride, height }, at) {
  const value = cells[at];
  const { dx, dy, distance, count } = nearFirst;
  const [column, row] = [at % stride, Math.floor(at / stride)];
  for (let i = 0; i < count; i++) {
    const [x, y] = [column + dx[i], row + dy[i]];
    const outside = x < 0 || y < 0 || x >= stride || y > height + 1;
    if (outside || cells[y * stride + x] !== value) return { distance: distance[i], dx: dx[i], dy: dy[i] };
  }
  return { distance: WIDEST / 2, dx: 1, dy: 0 };
}

/**
 * Local width: straight across through the pixel, from the nearest edge to the opposite one.
 * @param {import("./grid.js").Grid} grid
 * @param {number} at position on the skeleton
 * @returns {number} px; 1 for a line of one pixel
 */
export function widthAcross(grid, at) {
  const { distance, dx, dy } = reachOut(grid, at);
  const length = Math.hypot(dx, dy);
  return Math.min(WIDEST, distance + stepsInside(grid, at, -dx / length, -dy / length) - 1);
}

/** Steps of one px in a direction until the line is left. */
function stepsInside({ cells, stride, height }, at, stepX, stepY) {
  const value = cells[at];
  const [column, row] = [at % stride, Math.floor(at / stride)];
  for (let step = 1; step < WIDEST; step++) {
    const [x, y] = [Math.round(column + step * stepX), Math.round(row + step * stepY)];
    if (x < 0 || y < 0 || x >= stride || y > height + 1 || cells[y * stride + x] !== value) return step;
  }
  return WIDEST;
}

/** All offsets within a radius, the nearest first. */
function makeOffsets(radius) {
  const all = [];
  for (let y = -radius; y <= radius; y++) {
    for (let x = -radius; x <= radius; x++) if (x * x + y * y <= radius * radius && (x || y)) all.push([x * x + y * y, x, y]);
  }
  all.sort((a, b) => a[0] - b[0]);
  return {
    count: all.length,
    dx: Int16Array.from(all, ([, x]) => x),
    dy: Int16Array.from(all, ([, , y]) => y),
    distance: Float32Array.from(all, ([square]) => Math.sqrt(square)),
  };
}
