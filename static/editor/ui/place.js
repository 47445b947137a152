/** Going to a place of the frame, and marking it. */

/** A place is shown with so much around it, and never closer than this many device pixels a frame pixel. */
const SHARE = 0.4;
const CLOSEST = 8;

/**
 * Bring a place to the middle of the screen, close enough to be judged.
 * @param {{viewport: object, renderer: object, store: object}} editor
 * @param {{x0: number, y0: number, x1: number, y1: number}} box in px of the frame, ends excluded
 * @param {{x: number, y: number}} [at] what comes to the middle, where that is not the box's own
 */
export function showPlace({ viewport, renderer, store }, { x0, y0, x1, y1 }, at = { x: (x0 + x1) / 2, y: (y0 + y1) / 2 }) {
  const { screenWidth, screenHeight, fitScale } = viewport;
  const wanted = SHARE * Math.min(screenWidth / (x1 - x0), screenHeight / (y1 - y0));
  viewport.zoomTo(Math.max(fitScale, Math.min(CLOSEST, wanted)));
  const middle = viewport.toScreen(at.x, at.y);
  viewport.panBy(screenWidth / 2 - middle.x, screenHeight / 2 - middle.y);
  renderer.invalidateAll();
  store.emit("view");
}

/**
 * A frame round a place, drawn in px of the frame.
 * @param {CanvasRenderingContext2D} context
 * @param {{x0: number, y0: number, x1: number, y1: number}} box
 * @param {number} unit frame px a CSS px
 * @param {boolean} here whether it is the place one is at
 */
export function ring(context, { x0, y0, x1, y1 }, unit, here) {
  const gap = 6 * unit;
  const box = [x0 - gap, y0 - gap, x1 - x0 + 2 * gap, y1 - y0 + 2 * gap];
  context.lineWidth = (here ? 4 : 3) * unit;
  context.strokeStyle = "rgb(0 0 0 / 60%)";
  context.strokeRect(...box);
  context.lineWidth = (here ? 2 : 1) * unit;
  context.strokeStyle = here ? "#ffd866" : "#fff";
  context.strokeRect(...box);
}
