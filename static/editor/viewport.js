/**
 * Where the frame lies on the screen: scaled, turned, mirrored, moved. All screen lengths are device pixels; the origin of
 * an upright frame is kept whole, so that at whole scales pixel edges fall on screen pixels.
 */

import { normalized, sine } from "./raster/angles.js";

/** Device pixels a frame pixel at the closest. */
export const MAX_SCALE = 32;

/** A step of the turning keys, in degrees. */
export const TURN_STEP = 15;

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
    /** The screen's place of the frame's corner (0, 0). */
    this.x = 0;
    this.y = 0;
    /** Degrees clockwise on the screen, above -180 up to 180. */
    this.angle = 0;
    /** Left and right of the frame are swapped before it is turned. */
    this.mirrored = false;
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
    else this.#hold(middle, width / 2, height / 2);
  }

  /** Whether the frame's rows are the screen's, in either direction. */
  get upright() {
    return this.angle % 180 === 0;
  }

  /** The scale at which the whole frame is seen; small frames are not blown up beyond whole multiples. */
  get fitScale() {
    const { width, height } = this.#extent();
    const scale = Math.min(this.screenWidth / width, this.screenHeight / height);
    return scale < 1 ? scale : Math.min(MAX_SCALE, Math.floor(scale));
  }

  get minScale() {
    return Math.min(1, this.fitScale);
  }

  /** Show the whole frame, turned and mirrored as it is. */
  fit() {
    this.scale = this.fitScale;
    this.#hold({ x: this.imageWidth / 2, y: this.imageHeight / 2 }, this.screenWidth / 2, this.screenHeight / 2);
    this.fitted = true;
  }

  /** Zoom so that the point of the frame at a point of the screen stays there. */
  zoomTo(scale, screenX = this.screenWidth / 2, screenY = this.screenHeight / 2) {
    const held = this.toImage(screenX, screenY);
    this.scale = Math.min(MAX_SCALE, Math.max(this.minScale, scale));
    this.#hold(held, screenX, screenY);
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

  /**
   * Turn the frame about a point of the screen.
   * @param {number} angle degrees clockwise on the screen, any number
   */
  turnTo(angle, screenX = this.screenWidth / 2, screenY = this.screenHeight / 2) {
    const held = this.toImage(screenX, screenY);
    this.angle = normalized(angle);
    this.#refit(held, screenX, screenY);
  }

  /** Turn on to the next multiple of TURN_STEP, clockwise (direction 1) or back (-1). */
  turnStep(direction) {
    const steps = this.angle / TURN_STEP;
    const next = direction > 0 ? Math.floor(steps + 1.001) : Math.ceil(steps - 1.001);
    this.turnTo(next * TURN_STEP);
  }

  /** Swap left and right of what is seen; what is in the middle stays there. */
  mirror() {
    const held = this.toImage(this.screenWidth / 2, this.screenHeight / 2);
    this.mirrored = !this.mirrored;
    this.angle = normalized(-this.angle);
    this.#refit(held, this.screenWidth / 2, this.screenHeight / 2);
  }

  /** Neither turned nor mirrored. */
  straighten() {
    if (this.mirrored) this.mirror();
    this.turnTo(0);
  }

  /** Point of the frame, in its pixels, under a point of the screen. */
  toImage(screenX, screenY) {
    const { cos, sin, side } = this.#turn();
    const [dx, dy] = [screenX - this.x, screenY - this.y];
    return { x: (side * (cos * dx + sin * dy)) / this.scale, y: (cos * dy - sin * dx) / this.scale };
  }

  toScreen(imageX, imageY) {
    const { a, b, c, d, e, f } = this.matrix();
    return { x: a * imageX + c * imageY + e, y: b * imageX + d * imageY + f };
  }

  /** From frame to screen, as `setTransform` takes it: {a, b, c, d, e, f}. */
  matrix() {
    const { cos, sin, side } = this.#turn();
    const { scale } = this;
    return { a: side * scale * cos, b: side * scale * sin, c: -scale * sin, d: scale * cos, e: this.x, f: this.y };
  }

  /** The frame's pixels that are at least partly on the screen: {x0, y0, x1, y1}, ends excluded. */
  visiblePart() {
    const screen = { x0: 0, y0: 0, x1: this.screenWidth, y1: this.screenHeight };
    return around(screen, (x, y) => this.toImage(x, y), this.imageWidth, this.imageHeight);
  }

  /** Whole screen pixels that a rectangle of the frame can colour, cut to the screen; null when none. */
  screenRect(part) {
    const rect = around(part, (x, y) => this.toScreen(x, y), this.screenWidth, this.screenHeight);
    return rect.x0 < rect.x1 && rect.y0 < rect.y1 ? rect : null;
  }

  /** Width and height of the turned frame in frame pixels. */
  #extent() {
    const { cos, sin } = this.#turn();
    return {
      width: Math.abs(cos) * this.imageWidth + Math.abs(sin) * this.imageHeight,
      height: Math.abs(sin) * this.imageWidth + Math.abs(cos) * this.imageHeight,
    };
  }

  #turn() {
    return { cos: sine(this.angle + 90), sin: sine(this.angle), side: this.mirrored ? -1 : 1 };
  }

  /** A view that shows the whole frame goes on doing so; another holds on to its point. */
  #refit(held, screenX, screenY) {
    if (this.fitted) this.fit();
    else this.#hold(held, screenX, screenY);
  }

  /** Bring a point of the frame to a point of the screen. */
  #hold(held, screenX, screenY) {
    const { a, b, c, d } = this.matrix();
    this.#place(screenX - (a * held.x + c * held.y), screenY - (b * held.x + d * held.y));
  }

  #place(x, y) {
    const { a, b, c, d } = this.matrix();
    const { imageWidth: width, imageHeight: height } = this;
    // A frame at an angle has no edges to align; rounding would only make it tremble while it is turned.
    const snap = this.angle % 90 === 0 ? Math.round : (value) => value;
    this.x = snap(clamp(x, this.screenWidth, a * width, c * height)) || 0;
    this.y = snap(clamp(y, this.screenHeight, b * width, d * height)) || 0;
  }
}

/** Keep some of the frame on the screen; `along` and `down` are its sides' shares of this direction. */
function clamp(origin, screen, along, down) {
  const first = Math.min(0, along) + Math.min(0, down);
  const end = Math.max(0, along) + Math.max(0, down);
  const keep = Math.min(KEEP_VISIBLE, end - first);
  return Math.min(screen - keep - first, Math.max(keep - end, origin));
}

/** The whole pixels around a mapped rectangle, with one to spare, cut to 0..width and 0..height. */
function around({ x0, y0, x1, y1 }, map, width, height) {
  const corners = [map(x0, y0), map(x1, y0), map(x0, y1), map(x1, y1)];
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return {
    x0: Math.max(0, Math.floor(Math.min(...xs)) - 1),
    y0: Math.max(0, Math.floor(Math.min(...ys)) - 1),
    x1: Math.min(width, Math.ceil(Math.max(...xs)) + 1),
    y1: Math.min(height, Math.ceil(Math.max(...ys)) + 1),
  };
}
