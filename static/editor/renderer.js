/** Draws the frame, the labels over it, the pixel grid and what the tool shows, each on a canvas of its own. */

import { heatColors } from "./render/colors.js";
import { Dirty } from "./render/dirty.js";
import { GRID_FROM, drawGrid } from "./render/grid.js";
import { colorAt } from "./render/look.js";
import { paintRect } from "./render/paint.js";
import { Pyramid } from "./render/pyramid.js";
import { push, shiftBetween, uncovered } from "./render/shift.js";

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
    // What is drawn reaches the screen without waiting for the page; the other layers change together with it.
    const options = (canvas) => ({ desynchronized: canvas.dataset.layer === "labels" });
    [this.image, this.labels, this.grid, this.hud] = this.canvases.map((canvas) => canvas.getContext("2d", options(canvas)));
    /** What the chosen tool shows: (context, viewport) => void. */
    this.hudPainter = null;
    /** Drawn below it, with the frame's coordinates set: (context, viewport, doc) => void. */
    this.overlays = [];
    /** A picture of the frame's size shown in place of the frame's own, which tools go on reading. */
    this.instead = null;
    /** Which classes are shown and how strongly: the last argument of `labelColors`. */
    this.classes = {};
    this.scheduled = false;
    this.dirty = new Dirty();
    this.all = true;
    this.moved = false;
    this.gridShown = false;
    /** The matrix all was drawn with. */
    this.drawn = null;
    this.heat = null;
    this.pyramid = null;
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

  /** A new frame or other colours: everything is drawn again. */
  invalidateAll() {
    this.all = true;
    this.#schedule();
  }

  /** The view was moved, zoomed or turned, and nothing else changed. */
  invalidateView() {
    this.moved = true;
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

  #screen() {
    return { x0: 0, y0: 0, x1: this.buffer.width, y1: this.buffer.height };
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
    const shift = this.moved && !this.all ? shiftBetween(this.drawn, this.viewport.matrix()) : null;
    if (this.all || (this.moved && !shift)) this.#drawView(doc, [this.#screen()]);
    else {
      if (shift) this.#push(doc, shift);
      for (const rect of rects) this.#drawLabels(doc, this.viewport.screenRect(rect));
    }
    this.all = this.moved = false;
    this.#drawHud(doc);
  }

  #push(doc, shift) {
    for (const context of [this.image, this.labels]) push(context, shift);
    this.#drawView(doc, uncovered(shift, this.buffer.width, this.buffer.height));
  }

  /** Draw rectangles of the screen as the view is now. */
  #drawView(doc, rects) {
    if (this.all) this.colors = null;
    this.labels.canvas.hidden = !this.store.settings.visible;
    for (const rect of rects) {
      this.#drawImage(doc, rect);
      this.#drawLabels(doc, rect);
    }
    this.#drawGrid();
    this.drawn = this.viewport.matrix();
    this.store.emit("view");
  }

  #drawImage(doc, { x0, y0, x1, y1 }) {
    const { viewport, image: context } = this;
    const heat = this.store.settings.entropy && this.#heatImage(doc);
    context.save();
    context.beginPath();
    context.rect(x0, y0, x1 - x0, y1 - y0);
    context.clip();
    context.clearRect(x0, y0, x1 - x0, y1 - y0);
    // Smoothing only where screen pixels are fewer than frame pixels; from 1:1 on every pixel is a crisp square.
    context.imageSmoothingEnabled = viewport.scale < 1;
    context.imageSmoothingQuality = "low";
    context.setTransform(viewport.matrix());
    drawPart(context, this.#pictureOf(doc), viewport.visiblePart());
    if (heat) drawPart(context, { picture: heat, share: 1 }, viewport.visiblePart());
    context.restore();
  }

  /** The picture that is shown, in the size that suits the zoom. */
  #pictureOf(doc) {
    const image = this.instead ?? doc.image;
    if (this.pyramid?.image !== image) {
      this.pyramid?.close();
      this.pyramid = new Pyramid(image);
    }
    return this.pyramid.at(this.viewport.scale);
  }

  /** A canvas that stays empty is left alone: clearing it would have the browser compose the whole page anew. */
  #drawGrid() {
    if (!this.gridShown && this.viewport.scale < GRID_FROM) return;
    clear(this.grid);
    this.gridShown = this.viewport.scale >= GRID_FROM;
    if (this.gridShown) drawGrid(this.grid, this.viewport);
  }

  #drawLabels(doc, rect) {
    if (!rect || !this.store.settings.visible) return;
    this.colors ??= colorAt(doc, this.store.settings, this.classes, this.viewport.scale);
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
function drawPart(context, { picture, share }, { x0, y0, x1, y1 }) {
  const [width, height] = [x1 - x0, y1 - y0];
  context.drawImage(picture, x0 * share, y0 * share, width * share, height * share, x0, y0, width, height);
}
