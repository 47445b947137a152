/** A canvas of its own on the stage, drawn again when the view moves and not at each move of the pointer. */

export class Layer {
  /**
   * @param {{stage: HTMLElement, store: object, viewport: object}} editor
   * @param {string} name class of the canvas
   * @param {(context: CanvasRenderingContext2D, viewport: object) => void} paint with frame coordinates set
   * @param {string} [below] layer of the renderer that it lies below; on top of all without
   */
  constructor({ stage, store, viewport }, name, paint, below) {
    this.viewport = viewport;
    this.paint = paint;
    this.canvas = document.createElement("canvas");
    this.canvas.className = name;
    this.canvas.hidden = true;
    stage.insertBefore(this.canvas, below ? stage.querySelector(`canvas[data-layer=${below}]`) : null);
    this.sized = stage.querySelector("canvas[data-layer=hud]");
    this.context = this.canvas.getContext("2d");
    store.on("view", () => this.canvas.hidden || this.draw());
  }

  /** Show or hide it. */
  show(visible) {
    this.canvas.hidden = !visible;
    if (visible) this.draw();
  }

  draw() {
    const { canvas, sized, context, viewport } = this;
    if (canvas.width !== sized.width) canvas.width = sized.width;
    if (canvas.height !== sized.height) canvas.height = sized.height;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.setTransform(viewport.matrix());
    context.imageSmoothingEnabled = viewport.scale < 1;
    this.paint(context, viewport);
  }
}
