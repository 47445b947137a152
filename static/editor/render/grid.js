/** The pixel grid, drawn where pixels are large enough to be told apart. */

/** From this scale on, in device pixels a frame pixel. */
export const GRID_FROM = 8;

const COLOR = "rgb(128 128 128 / 45%)";

/**
 * @param {CanvasRenderingContext2D} context cleared
 * @param {import("../viewport.js").Viewport} viewport
 */
export function drawGrid(context, viewport) {
  if (viewport.angle % 90 === 0) drawStraight(context, viewport);
  else drawTurned(context, viewport);
}

/** Along the screen's rows and columns lines are whole screen pixels. */
function drawStraight(context, viewport) {
  const part = viewport.visiblePart();
  const from = viewport.toScreen(part.x0, part.y0);
  const to = viewport.toScreen(part.x1, part.y1);
  const [x0, x1] = [Math.min(from.x, to.x), Math.max(from.x, to.x)];
  const [y0, y1] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  context.fillStyle = COLOR;
  for (const x of lines(x0, x1, viewport.scale)) context.fillRect(x, y0, 1, y1 - y0);
  for (const y of lines(y0, y1, viewport.scale)) context.fillRect(x0, y, x1 - x0, 1);
}

function* lines(from, to, scale) {
  for (let index = 0; from + index * scale < to - 0.5; index++) yield Math.round(from + index * scale);
}

function drawTurned(context, viewport) {
  const { x0, y0, x1, y1 } = viewport.visiblePart();
  const path = new Path2D();
  const add = (fromX, fromY, toX, toY) => {
    const [from, to] = [viewport.toScreen(fromX, fromY), viewport.toScreen(toX, toY)];
    path.moveTo(from.x, from.y);
    path.lineTo(to.x, to.y);
  };
  for (let x = x0; x <= x1; x++) add(x, y0, x, y1);
  for (let y = y0; y <= y1; y++) add(x0, y, x1, y);
  context.lineWidth = 1;
  context.strokeStyle = COLOR;
  context.stroke(path);
}
