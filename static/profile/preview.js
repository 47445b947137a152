/** A frame of the production with its label map over it, drawn as the settings say; one zooms and moves it. */

import { Viewport } from "../editor/viewport.js";
import { kindOf } from "../editor/kinds.js";
import { drawNames, drawPlaces, drawSamples } from "./overlays.js";
import { tableOf } from "./colors.js";

const ZOOM_KEYS = { Equal: 1, NumpadAdd: 1, Minus: -1, NumpadSubtract: -1 };
const PAN_KEYS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
/** CSS px that an arrow key moves. */
const STEP = 60;

export class Preview {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {object} kind of the API
   * @param {(value: number | null) => void} hovered told of the stored value under the pointer
   */
  constructor(canvas, kind, hovered) {
    Object.assign(this, { canvas, kind, hovered });
    this.viewport = new Viewport();
    this.look = { opacity: 0.7, names: true, samples: true, only: null, places: [] };
    this.frame = null;
    this.#bind();
    new ResizeObserver(() => this.#resize()).observe(canvas);
  }

  /**
   * @param {{image: ImageBitmap, width: number, height: number, values: Uint8Array | null, found: Map}} frame
   */
  open(frame) {
    const { width, height } = frame;
    this.frame = frame;
    this.look.places = [];
    this.viewport.setImage(width, height);
    this.labels = frame.values && new OffscreenCanvas(width, height);
    this.table = null;
    this.draw();
  }

  /** Take other settings over. */
  show(settings) {
    this.settings = settings;
    this.shown = kindOf(this.kind, settings);
    this.draw();
  }

  /** @param {object} look parts of what is shown: opacity 0 to 1, names, samples, only (a stored value), places */
  set(look) {
    Object.assign(this.look, look);
    this.draw();
  }

  /** Go to a place of the frame. */
  goTo({ x0, y0, x1, y1 }) {
    const { viewport } = this;
    const room = Math.min(viewport.screenWidth / (x1 - x0), viewport.screenHeight / (y1 - y0)) / 3;
    viewport.zoomTo(Math.max(viewport.fitScale, Math.min(8, room)));
    const at = viewport.toScreen((x0 + x1) / 2, (y0 + y1) / 2);
    viewport.panBy(viewport.screenWidth / 2 - at.x, viewport.screenHeight / 2 - at.y);
    this.draw();
  }

  /** Draw at the browser's next turn, however often it is asked for. */
  draw() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      if (this.frame && this.shown) this.#paint();
    });
  }

  /** Colour the label map, unless its colours are what they were: most changes are of something else. */
  #colour() {
    const { width, height, values } = this.frame;
    const table = tableOf(this.shown, this.look.only);
    if (this.table?.every((color, value) => color === table[value])) return;
    this.table = table;
    const pixels = new ImageData(width, height);
    const words = new Uint32Array(pixels.data.buffer);
    for (let at = 0; at < words.length; at++) words[at] = table[values[at]];
    this.labels.getContext("2d").putImageData(pixels, 0, 0);
  }

  #paint() {
    const { canvas, viewport, frame, look } = this;
    const context = canvas.getContext("2d");
    context.resetTransform();
    context.clearRect(0, 0, canvas.width, canvas.height);
    const { a, b, c, d, e, f } = viewport.matrix();
    context.setTransform(a, b, c, d, e, f);
    context.imageSmoothingEnabled = viewport.scale < 1;
    context.drawImage(frame.image, 0, 0);
    context.globalAlpha = look.opacity;
    if (this.labels) this.#colour();
    if (this.labels) context.drawImage(this.labels, 0, 0);
    context.resetTransform();
    context.globalAlpha = 1;
    this.#overlays(context);
  }

  #overlays(context) {
    const { viewport, frame, look, shown, settings } = this;
    const ratio = devicePixelRatio;
    drawPlaces(context, viewport, look.places, ratio);
    if (look.names && frame.values) drawNames(context, viewport, frame.found, shown, look.only, ratio);
    if (look.samples) drawSamples(context, viewport, { settings, height: frame.height, lines: this.kind.name !== "cel" }, ratio);
  }

  #resize() {
    const { canvas } = this;
    canvas.width = Math.round(canvas.clientWidth * devicePixelRatio);
    canvas.height = Math.round(canvas.clientHeight * devicePixelRatio);
    this.viewport.setScreen(canvas.width, canvas.height);
    this.draw();
  }

  #bind() {
    const { canvas } = this;
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerleave", () => this.hovered(null));
    canvas.addEventListener("keydown", (event) => this.#key(event));
  }

  #wheel(event) {
    event.preventDefault();
    const { x, y } = this.#screen(event);
    this.zoom(event.deltaY < 0 ? 1 : -1, x, y);
  }

  /** One step closer (1) or further away (-1). */
  zoom(direction, x, y) {
    this.viewport.zoomStep(direction, x, y);
    this.draw();
  }

  /** The whole frame. */
  fit() {
    this.viewport.fit();
    this.draw();
  }

  #move(event) {
    if (this.canvas.hasPointerCapture(event.pointerId)) {
      this.viewport.panBy(event.movementX * devicePixelRatio, event.movementY * devicePixelRatio);
      this.draw();
    }
    this.hovered(this.#valueAt(event));
  }

  #valueAt(event) {
    const screen = this.#screen(event);
    const { x, y } = this.viewport.toImage(screen.x, screen.y);
    const { width, height, values } = this.frame ?? {};
    if (!values || x < 0 || y < 0 || x >= width || y >= height) return null;
    return values[Math.floor(y) * width + Math.floor(x)];
  }

  #screen({ offsetX, offsetY }) {
    return { x: offsetX * devicePixelRatio, y: offsetY * devicePixelRatio };
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const pan = PAN_KEYS[event.code];
    if (ZOOM_KEYS[event.code]) this.zoom(ZOOM_KEYS[event.code]);
    else if (event.code === "KeyF") this.fit();
    else if (pan) this.viewport.panBy(...pan.map((part) => part * STEP * devicePixelRatio));
    else return;
    event.preventDefault();
    this.draw();
  }
}
