/** Draws the frame, the labels over it, the pixel grid and what the tool shows, each on a canvas of its own. */

import { unite } from "./plane.js";
import { differenceColors, heatColors, labelColors } from "./render/colors.js";
import { paintRect } from "./render/paint.js";

/** From this scale on (device pixels a frame pixel) pixels are told apart by a grid. */
export const GRID_FROM = 8;

const LAYERS = ["image", "labels", "grid", "hud"];

export class Renderer {
  /**
   * @param {HTMLElement} stage holds one canvas a layer, `data-layer` naming it
   * @param {import("./viewport.js").Viewport} viewport
   * @param {import("./store.js").Store} store
   */
  constructor(stage, viewport, store) {
    this.viewport = viewport;
    this.store = store;
    this.canvases = LAYERS.map((name) => stage.querySelector(`canvas[data-layer=${name}]`));
    [this.image, this.labels, this.grid, this.hud] = this.canvases.map((canvas) => canvas.getContext("2d"));
    this.hudPainter = null;
    this.scheduled = false;
    this.dirty = null;
    this.all = true;
    this.heat = null;
  }

  resize(width, height) {
    for (const canvas of this.canvases) {
      canvas.width = width;
      canvas.height = height;
    }
    this.invalidateAll();
  }

  /** A new frame, other colours or another view: everything is drawn again. */
  invalidateAll() {
    this.all = true;
    this.#schedule();
  }

  /** Labels changed in a rectangle of the frame. */
  invalidate(rect) {
    this.dirty = unite(this.dirty, rect);
    this.#schedule();
  }

  /** Only what the tool shows changed. */
  invalidateHud() {
    this.#schedule();
  }

  #schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.scheduled = false;
    const doc = this.store.doc;
    if (!doc) return;
    if (this.all) this.#drawAll(doc);
    else if (this.dirty) this.#drawLabels(doc, this.viewport.screenRect(this.dirty));
    this.all = false;
    this.dirty = null;
    this.hud.clearRect(0, 0, this.hud.canvas.width, this.hud.canvas.height);
    this.hudPainter?.(this.hud, this.viewport);
  }

  #drawAll(doc) {
    this.colors = null;
    this.#drawImage(doc);
    this.labels.canvas.hidden = !this.store.settings.visible;
    this.#drawLabels(doc, { x0: 0, y0: 0, x1: this.viewport.screenWidth, y1: this.viewport.screenHeight });
    this.#drawGrid();
  }

  #drawImage(doc) {
    const { scale, screenWidth, screenHeight } = this.viewport;
    const context = this.image;
    context.clearRect(0, 0, screenWidth, screenHeight);
    // Smoothing only where screen pixels are fewer than frame pixels; from 1:1 on every pixel is a crisp square.
    context.imageSmoothingEnabled = scale < 1;
    context.imageSmoothingQuality = "medium";
    const part = this.viewport.visiblePart();
    this.#drawPart(doc.image, part);
    const heat = this.store.settings.entropy && this.#heatImage(doc);
    if (heat) this.#drawPart(heat, part);
  }

  /** Draw whole frame pixels only, so that their edges fall where the labels' do. */
  #drawPart(picture, { x0, y0, x1, y1 }) {
    const { scale } = this.viewport;
    const { x, y } = this.viewport.toScreen(x0, y0);
    this.image.drawImage(picture, x0, y0, x1 - x0, y1 - y0, x, y, (x1 - x0) * scale, (y1 - y0) * scale);
  }

  #drawLabels(doc, rect) {
    if (!rect || !this.store.settings.visible) return;
    const data = new ImageData(rect.x1 - rect.x0, rect.y1 - rect.y0);
    this.colors ??= this.#colorAt(doc);
    paintRect(new Uint32Array(data.data.buffer), rect, this.viewport, doc, this.colors);
    this.labels.putImageData(data, rect.x0, rect.y0);
  }

  /** How a frame pixel looks in the chosen view: the labels, the draft, or the difference of the two. */
  #colorAt(doc) {
    const { view, opacity } = this.store.settings;
    const { values } = doc.sheet;
    const draft = doc.draft;
    if (view === "difference" && draft) {
      const table = differenceColors(opacity);
      return (index) => table[values[index] * 256 + draft[index]];
    }
    const table = labelColors(doc.kind, opacity);
    const shown = view === "draft" && draft ? draft : values;
    return (index) => table[shown[index]];
  }

  /** The entropy map in colours, at frame size, made once a frame. */
  #heatImage(doc) {
    if (!doc.entropy) return null;
    if (this.heat?.of === doc.entropy) return this.heat.canvas;
    const data = new ImageData(doc.width, doc.height);
    const pixels = new Uint32Array(data.data.buffer);
    const table = heatColors(0.75);
    for (let i = 0; i < pixels.length; i++) pixels[i] = table[doc.entropy[i]];
    const canvas = new OffscreenCanvas(doc.width, doc.height);
    canvas.getContext("2d").putImageData(data, 0, 0);
    this.heat = { of: doc.entropy, canvas };
    return canvas;
  }

  #drawGrid() {
    const { scale, screenWidth, screenHeight } = this.viewport;
    const context = this.grid;
    context.clearRect(0, 0, screenWidth, screenHeight);
    if (scale < GRID_FROM) return;
    context.fillStyle = "rgb(128 128 128 / 45%)";
    const area = this.#frameOnScreen();
    for (const x of gridLines(this.viewport.x, scale, area.x0, area.x1)) context.fillRect(x, area.y0, 1, area.y1 - area.y0);
    for (const y of gridLines(this.viewport.y, scale, area.y0, area.y1)) context.fillRect(area.x0, y, area.x1 - area.x0, 1);
  }

  #frameOnScreen() {
    const { x, y, scale, imageWidth, imageHeight, screenWidth, screenHeight } = this.viewport;
    return {
      x0: Math.max(0, x),
      y0: Math.max(0, y),
      x1: Math.min(screenWidth, x + imageWidth * scale),
      y1: Math.min(screenHeight, y + imageHeight * scale),
    };
  }
}

function* gridLines(origin, scale, from, to) {
  for (let index = Math.ceil((from - origin) / scale); ; index++) {
    const at = Math.round(origin + index * scale);
    if (at >= to) return;
    yield at;
  }
}
