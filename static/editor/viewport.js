/**
 * Where the frame lies on the screen. All screen lengths are device pixels; the origin is kept whole, so that at whole
 * scales pixel edges fall on screen pixels.
 */

/** Device pixels a frame pixel at the closest. */
export const MAX_SCALE = 32;

const STEPS = [1 / 16, 1 / 12, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 1, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, MAX_SCALE];

/** Of the frame at least this much stays in sight. */
const KEEP_VISIBLE = 64;

export class Viewport {
  constructor() {
    this.imageWidth = 1;
    this.imageHeight = 1;
    this.screenWidth = 1;
    this.screenHeight = 1;
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.fitted = true;
  }

  setImage(width, height) {
    this.imageWidth = width;
    this.imageHeight = height;
    this.fit();
  }

  /** A view that was fitted stays fitted; another keeps what is in its middle. */
  setScreen(width, height) {
    const middle = this.toImage(this.screenWidth / 2, this.screenHeight / 2);
    this.screenWidth = width;
    this.screenHeight = height;
    if (this.fitted) this.fit();
    else this.#place(width / 2 - middle.x * this.scale, height / 2 - middle.y * this.scale);
  }

  /** The scale at which the whole frame is seen; small frames are not blown up beyond whole multiples. */
  get fitScale() {
    const scale = Math.min(this.screenWidth / this.imageWidth, this.screenHeight / this.imageHeight);
    return scale < 1 ? scale : Math.min(MAX_SCALE, Math.floor(scale));
  }

  get minScale() {
    return Math.min(1, this.fitScale);
  }

  fit() {
    this.scale = this.fitScale;
    this.#place(
      (this.screenWidth - this.imageWidth * this.scale) / 2,
      (this.screenHeight - this.imageHeight * this.scale) / 2,
    );
    this.fitted = true;
  }

  /** Zoom so that the point of the frame at a point of the screen stays there. */
  zoomTo(scale, screenX = this.screenWidth / 2, screenY = this.screenHeight / 2) {
    const held = this.toImage(screenX, screenY);
    this.scale = Math.min(MAX_SCALE, Math.max(this.minScale, scale));
    this.#place(screenX - held.x * this.scale, screenY - held.y * this.scale);
    this.fitted = false;
  }

  /** One step closer (direction 1) or further away (-1). */
  zoomStep(direction, screenX, screenY) {
    const steps = [...STEPS, this.fitScale].sort((a, b) => a - b);
    const next =
      direction > 0
        ? steps.find((step) => step > this.scale * 1.001)
        : steps.findLast((step) => step < this.scale * 0.999);
    this.zoomTo(next ?? this.scale, screenX, screenY);
  }

  panBy(dx, dy) {
    this.#place(this.x + dx, this.y + dy);
    this.fitted = false;
  }

  /** Point of the frame, in its pixels, under a point of the screen. */
  toImage(screenX, screenY) {
    return { x: (screenX - this.x) / this.scale, y: (screenY - this.y) / this.scale };
  }

  toScreen(imageX, imageY) {
    return { x: imageX * this.scale + this.x, y: imageY * this.scale + this.y };
  }

  /** The frame's pixels that are at least partly on the screen: {x0, y0, x1, y1}, ends excluded. */
  visiblePart() {
    const from = this.toImage(0, 0);
    const to = this.toImage(this.screenWidth, this.screenHeight);
    return {
      x0: Math.max(0, Math.floor(from.x) - 1),
      y0: Math.max(0, Math.floor(from.y) - 1),
      x1: Math.min(this.imageWidth, Math.ceil(to.x) + 1),
      y1: Math.min(this.imageHeight, Math.ceil(to.y) + 1),
    };
  }

  /** Whole screen pixels that a rectangle of the frame can colour, cut to the screen; null when none. */
  screenRect({ x0, y0, x1, y1 }) {
    const from = this.toScreen(x0, y0);
    const to = this.toScreen(x1, y1);
    const rect = {
      x0: Math.max(0, Math.floor(from.x) - 1),
      y0: Math.max(0, Math.floor(from.y) - 1),
      x1: Math.min(this.screenWidth, Math.ceil(to.x) + 1),
      y1: Math.min(this.screenHeight, Math.ceil(to.y) + 1),
    };
    return rect.x0 < rect.x1 && rect.y0 < rect.y1 ? rect : null;
  }

  #place(x, y) {
    this.x = Math.round(clamp(x, this.screenWidth, this.imageWidth * this.scale)) || 0;
    this.y = Math.round(clamp(y, this.screenHeight, this.imageHeight * this.scale)) || 0;
  }
}

function clamp(origin, screen, extent) {
  const keep = Math.min(KEEP_VISIBLE, extent);
  return Math.min(screen - keep, Math.max(keep - extent, origin));
}
