/** Draws the frame, the labels over it, the pixel grid and what the tool shows, each on a canvas of its own. */

import { heatColors } from "./render/colors.js";
import { Dirty } from "./render/dirty.js";
import { drawGrid } from "./render/grid.js";
import { colorAt } from "./render/look.js";
import { paintRect } from "./render/paint.js";

const LAYERS = ["image", "labels", "grid", "hud"];

export class Renderer {
  /**
   * @param {HTMLElement} stage holds one canvas a layer, `data-layer` naming it
   * @param {import("./viewport.js").Viewport} viewport
   * @param {import("./store.js").Store} store hears "view" whenever the view was drawn anew
   */
  constructor(stage, viewport, store) {
    this.viewport = viewport;
    this.store = store;
    this.canvases = LAYERS.map((name) => stage.querySelector(`canvas[data-layer=${name}]`));
    [this.image, this.labels, this.grid, this.hud] = this.canvases.map((canvas) => canvas.getContext("2d"));
    /** What the chosen tool shows: (context, viewport) => void. */
    this.hudPainter = null;
    /** Drawn below it, with the frame's coordinates set: (context, viewport, doc) => void. */
    this.overlays = [];
    /** Which classes are shown and how strongly: the last argument of `labelColors`. */
    this.classes = {};
    this.scheduled = false;
    this.dirty = new Dirty();
    this.all = true;
    this.heat = null;
  }

  resize(width, height) {
    for (const canvas of this.canvases) {
      canvas.width = width;
      canvas.height = height;
    }
    this.buffer = new ImageData(width, height);
    this.pixels = new Uint32Array(this.buffer.data.buffer);
    this.invalidateAll();
  }

  /** A new frame, other colours or another view: everything is drawn again. */
  invalidateAll() {
    this.all = true;
    this.#schedule();
  }

  /** Labels changed in a rectangle of the frame. */
  invalidate(rect) {
    if (rect) this.dirty.add(rect);
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
    const { doc } = this.store;
    if (!doc || !this.buffer) return;
    const rects = this.dirty.take();
    if (this.all) this.#drawAll(doc);
    else for (const rect of rects) this.#drawLabels(doc, this.viewport.screenRect(rect));
    this.#drawHud(doc);
  }

  #drawAll(doc) {
    this.all = false;
    this.colors = null;
    this.#drawImage(doc);
    this.labels.canvas.hidden = !this.store.settings.visible;
    this.#drawLabels(doc, { x0: 0, y0: 0, x1: this.viewport.screenWidth, y1: this.viewport.screenHeight });
    clear(this.grid);
    drawGrid(this.grid, this.viewport);
    this.store.emit("view");
  }

  #drawImage(doc) {
    const { viewport, image: context } = this;
    clear(context);
    // Smoothing only where screen pixels are fewer than frame pixels; from 1:1 on every pixel is a crisp square.
    context.imageSmoothingEnabled = viewport.scale < 1;
    context.imageSmoothingQuality = "medium";
    const heat = this.store.settings.entropy && this.#heatImage(doc);
    this.#inFrame(context, () => {
      for (const picture of [doc.image, heat]) if (picture) drawPart(context, picture, viewport.visiblePart());
    });
  }

  #drawLabels(doc, rect) {
    if (!rect || !this.store.settings.visible) return;
    this.colors ??= colorAt(doc, this.store.settings, this.classes);
    const { width } = this.buffer;
    paintRect(this.pixels, rect, this.viewport, doc, this.colors, width);
    this.labels.putImageData(this.buffer, rect.x0, rect.y0, 0, 0, rect.x1 - rect.x0, rect.y1 - rect.y0);
  }

  #drawHud(doc) {
    const { hud, viewport } = this;
    clear(hud);
    for (const overlay of this.overlays) this.#inFrame(hud, () => overlay(hud, viewport, doc));
    this.hudPainter?.(hud, viewport);
  }

  /** Draw with the frame's coordinates. */
  #inFrame(context, draw) {
    context.save();
    context.setTransform(this.viewport.matrix());
    draw();
    context.restore();
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
}

function clear(context) {
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}

/** Draw whole frame pixels only, so that their edges fall where the labels' do. */
function drawPart(context, picture, { x0, y0, x1, y1 }) {
  context.drawImage(picture, x0, y0, x1 - x0, y1 - y0, x0, y0, x1 - x0, y1 - y0);
}
