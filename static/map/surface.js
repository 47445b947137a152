/** The canvas: points below, the outline being drawn and the crosshair above; redrawn at most once a frame. */

import { boundsOf, View } from "./geometry.js";
import { drawPoints, pointSide } from "./plot.js";

const SLOW_MS = 28;
const REST_MS = 120;
const PLAIN = 0xffffb66c; // until values are there

export class Surface {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{xs: Float32Array, ys: Float32Array}} points
   */
  constructor(canvas, points) {
    Object.assign(this, { canvas, outline: [], cross: null, marks: null, step: 1 });
    this.context = canvas.getContext("2d", { alpha: false });
    this.take(points);
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  /** Show these points, all of them in view. */
  take(points) {
    this.points = points;
    this.colors = new Uint32Array(points.xs.length).fill(PLAIN);
    this.bounds = boundsOf(points.xs, points.ys);
    if (!this.view) return;
    this.view = this.fitted = View.fitting(this.bounds, this.canvas.clientWidth, this.canvas.clientHeight);
    this.redraw();
  }

  /** px of the screen; the canvas itself has `ratio` times as many. */
  resize() {
    const { clientWidth, clientHeight } = this.canvas;
    this.ratio = Math.min(2, devicePixelRatio || 1);
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.max(1, Math.round(side * this.ratio)));
    if (this.image && this.canvas.width === width && this.canvas.height === height) return;
    Object.assign(this.canvas, { width, height });
    this.image = this.context.createImageData(width, height);
    this.data32 = new Uint32Array(this.image.data.buffer);
    const whole = !this.view || this.view.scale === this.fitted?.scale;
    this.fitted = View.fitting(this.bounds, clientWidth, clientHeight);
    if (whole) this.view = this.fitted;
    this.redraw();
  }

  look(view) {
    const most = this.fitted.scale * 5000;
    if (view.scale > most || view.scale < this.fitted.scale / 4) return;
    this.view = view;
    this.moving();
  }

  /** While one moves, a part of very many points is drawn; all of them once it rests. */
  moving() {
    this.step = this.drawMs > SLOW_MS ? Math.ceil(this.drawMs / SLOW_MS) : 1;
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.step = 1;
      this.redraw();
    }, REST_MS);
    this.redraw();
  }

  redraw() {
    this.waiting ??= requestAnimationFrame(() => {
      this.waiting = null;
      this.draw();
    });
  }

  draw() {
    const start = performance.now();
    const { width, height } = this.canvas;
    const view = new View(this.view.scale * this.ratio, this.view.left, this.view.top);
    const side = pointSide(this.points.xs.length, this.view.scale, this.fitted.scale) * Math.round(this.ratio);
    const look = { colors: this.colors, marks: this.marks, side, step: this.step };
    drawPoints({ data32: this.data32, width, height }, this.points, view, look);
    this.context.putImageData(this.image, 0, 0);
    this.over();
    const spent = performance.now() - start;
    if (this.step === 1) this.drawMs = spent;
    this.canvas.dataset.drawMs = spent.toFixed(1);
  }

  /** The outline and the crosshair. */
  over() {
    const { context, ratio, outline, cross } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    if (outline.length) {
      context.beginPath();
      for (const { x, y } of outline.map((corner) => this.view.toScreen(corner.x, corner.y))) context.lineTo(x, y);
      context.closePath();
      context.fillStyle = "rgb(108 182 255 / 14%)";
      context.strokeStyle = "#ffd866";
      context.lineWidth = 1.5;
      context.fill();
      context.stroke();
    }
    if (cross) {
      context.beginPath();
      context.arc(cross.x, cross.y, 9, 0, 7);
      for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        context.moveTo(cross.x + 4 * dx, cross.y + 4 * dy);
        context.lineTo(cross.x + 14 * dx, cross.y + 14 * dy);
      }
      context.strokeStyle = "#ffd866";
      context.lineWidth = 2;
      context.stroke();
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
  }
}
