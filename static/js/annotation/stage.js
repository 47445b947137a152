// A picture with a layer over it in a canvas; the wheel zooms where the pointer is, dragging moves.

const MAX_ZOOM = 32;

export class Stage {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.scale = 1;
    this.offset = [0, 0];
    new ResizeObserver(() => this.#resize()).observe(canvas);
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener("pointermove", (event) => event.buttons && this.#drag(event));
  }

  /** Show a picture of that many pixels, fitted. */
  setPicture(picture, width, height) {
    this.picture = picture;
    this.size = [width, height];
    this.fit();
  }

  /** Lay something of the picture's size over it; null for nothing. */
  setLayer(layer) {
    this.layer = layer;
    this.#paint();
  }

  /** Show the whole picture in the middle. */
  fit() {
    this.fitted = true;
    if (this.size) {
      const { width, height } = this.canvas;
      this.scale = Math.min(width / this.size[0], height / this.size[1]);
      this.offset = [(width - this.scale * this.size[0]) / 2, (height - this.scale * this.size[1]) / 2];
    }
    this.#paint();
  }

  /** Zoom by a factor about a point of the canvas, by default its middle. */
  zoom(factor, [x, y] = [this.canvas.width / 2, this.canvas.height / 2]) {
    if (!this.size) return;
    const fitting = Math.min(this.canvas.width / this.size[0], this.canvas.height / this.size[1]);
    const scale = Math.min(MAX_ZOOM, Math.max(0.5 * fitting, this.scale * factor));
    const ratio = scale / this.scale;
    this.offset = [x - ratio * (x - this.offset[0]), y - ratio * (y - this.offset[1])];
    this.scale = scale;
    this.fitted = false;
    this.#paint();
  }

  /** Go to a box [x0, y0, x1, y1] of the picture and draw a frame round it. */
  look(box) {
    if (!this.size) return;
    const [x0, y0, x1, y1] = box;
    const { width, height } = this.canvas;
    this.mark = box;
    this.scale = Math.min(MAX_ZOOM / 2, width / (4 * (x1 - x0)), height / (4 * (y1 - y0)));
    this.offset = [width / 2 - (this.scale * (x0 + x1)) / 2, height / 2 - (this.scale * (y0 + y1)) / 2];
    this.fitted = false;
    this.#paint();
  }

  /** Number places of the picture. @param {{x: number, y: number, text: string, resolved?: boolean, chosen?: boolean}[]} pins */
  setPins(pins) {
    this.pins = pins;
    this.#paint();
  }

  /** The picture's pixel under a pointer event, or null beside the picture. */
  pixelAt(event) {
    if (!this.size) return null;
    const [x, y] = [event.offsetX, event.offsetY].map((at, i) => Math.floor((at * devicePixelRatio - this.offset[i]) / this.scale));
    return x >= 0 && y >= 0 && x < this.size[0] && y < this.size[1] ? { x, y } : null;
  }

  #resize() {
    this.canvas.width = Math.round(this.canvas.clientWidth * devicePixelRatio);
    this.canvas.height = Math.round(this.canvas.clientHeight * devicePixelRatio);
    if (this.fitted) this.fit();
    else this.#paint();
  }

  #wheel(event) {
    event.preventDefault();
    const point = [event.offsetX * devicePixelRatio, event.offsetY * devicePixelRatio];
    this.zoom(Math.exp(-event.deltaY / 400), point);
  }

  #drag(event) {
    this.offset = [this.offset[0] + event.movementX * devicePixelRatio, this.offset[1] + event.movementY * devicePixelRatio];
    this.fitted = false;
    this.#paint();
  }

  #paint() {
    cancelAnimationFrame(this.pending);
    this.pending = requestAnimationFrame(() => {
      const { context, canvas, scale, offset } = this;
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.clearRect(0, 0, canvas.width, canvas.height);
      if (!this.picture) return;
      context.setTransform(scale, 0, 0, scale, ...offset);
      context.imageSmoothingEnabled = scale < 2;
      context.imageSmoothingQuality = "high";
      context.drawImage(this.picture, 0, 0, ...this.size);
      if (this.layer) context.drawImage(this.layer, 0, 0);
      if (this.mark) this.#paintMark(this.mark);
      context.setTransform(1, 0, 0, 1, 0, 0);
      for (const pin of this.pins ?? []) this.#paintPin(pin);
    });
  }

  /** As large at any zoom. */
  #paintPin({ x, y, text, resolved, chosen }) {
    const { context, scale, offset } = this;
    const at = [(x + 0.5) * scale + offset[0], (y + 0.5) * scale + offset[1]];
    context.globalAlpha = resolved ? 0.6 : 1;
    context.beginPath();
    context.arc(...at, 11 * devicePixelRatio, 0, 2 * Math.PI);
    context.fillStyle = resolved ? "#2a2d33" : "#ffd866";
    context.fill();
    context.lineWidth = (chosen ? 3 : 1.5) * devicePixelRatio;
    context.strokeStyle = chosen ? "#fff" : "#14161a";
    context.stroke();
    context.fillStyle = resolved ? "#fff" : "#14161a";
    context.font = `600 ${12 * devicePixelRatio}px sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, ...at);
    context.globalAlpha = 1;
  }

  #paintMark([x0, y0, x1, y1]) {
    const { context, scale } = this;
    const margin = 6 / scale;
    context.lineWidth = 2 / scale;
    context.strokeStyle = "#ffd866";
    context.strokeRect(x0 - margin, y0 - margin, x1 - x0 + 2 * margin, y1 - y0 + 2 * margin);
  }
}
