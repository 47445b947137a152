/** From press to release: one tool, one change on the record. */

/** What a tool draws into while the pointer is down. */
export class Stroke {
  /**
   * @param {import("./store.js").Store} store
   * @param {object} tool
   * @param {Point} point where it began
   *
   * @typedef {{x: number, y: number, pressure: number, pointerType: string, erase: boolean}} Point
   *   x, y in frame pixels; pressure 0 to 1; erase: eraser end, barrel or right button
   */
  constructor(store, tool, point) {
    this.store = store;
    this.doc = store.doc;
    this.tool = tool;
    this.edit = beginEdit(store);
    this.erase = Boolean(point.erase || tool.erases);
    this.value = this.erase ? 0 : store.settings.value;
    this.plane = this.doc.sheet.isLine(store.settings.value) ? "ink" : "paint";
    this.points = [point];
  }

  /** Set a span of pixels to the stroke's value; erasing takes away from the plane that the chosen class lives in. */
  span = (y, x0, x1) => {
    if (this.erase) this.edit.eraseSpan(y, x0, x1, this.plane);
    else this.edit.fillSpan(y, x0, x1, this.value);
  };
}

/** A change of the open frame that respects what is locked. */
function beginEdit({ doc, locked }) {
  return doc.history.begin({ locked, frozen: doc.frozen });
}

/** Runs strokes of the chosen tool and puts them on the record. */
export class Strokes {
  /**
   * @param {import("./store.js").Store} store
   * @param {Record<string, object>} tools by name
   * @param {{invalidate: (rect: object) => void}} renderer
   */
  constructor(store, tools, renderer) {
    this.store = store;
    this.tools = tools;
    this.renderer = renderer;
    this.current = null;
  }

  get tool() {
    return this.tools[this.store.settings.tool];
  }

  /** @returns {boolean} whether a stroke began */
  start(point) {
    if (!this.store.doc || this.store.doc.readOnly || this.current) return false;
    if (!this.store.settings.visible) this.store.set({ visible: true });
    if (this.store.settings.view === "draft") this.store.set({ view: "labels" });
    this.current = new Stroke(this.store, this.tool, point);
    this.#run(() => this.current.tool.start(this.current, point));
    return true;
  }

  /** @param {Point[]} points in the order the pen passed them */
  move(points) {
    if (!this.current) return;
    this.#run(() => {
      for (const point of points) {
        this.current.tool.move?.(this.current, point);
        this.current.points.push(point);
      }
    });
  }

  /** The pointer was lifted. */
  finish() {
    const stroke = this.current;
    if (!stroke) return;
    this.#run(() => stroke.tool.finish?.(stroke));
    this.current = null;
    const change = stroke.doc.history.commit(stroke.edit);
    this.renderer.invalidateHud();
    if (change) this.store.emit("change", change);
  }

  /** The stroke was never meant: a palm, a second finger, Escape. */
  cancel() {
    const rect = this.current?.edit.cancel();
    this.current = null;
    if (rect) this.renderer.invalidate(rect);
    this.renderer.invalidateHud();
  }

  /**
   * Change the label map outside a stroke: one step to undo.
   * @param {(edit: import("./history.js").Edit) => void} change
   * @returns {boolean} whether anything changed
   */
  apply(change) {
    const { doc } = this.store;
    if (!doc || doc.readOnly || this.current) return false;
    const edit = beginEdit(this.store);
    change(edit);
    const done = doc.history.commit(edit);
    if (done) this.store.emit("change", done);
    return Boolean(done);
  }

  undo() {
    this.#travel("undo");
  }

  redo() {
    this.#travel("redo");
  }

  #travel(direction) {
    if (!this.store.doc || this.store.doc.readOnly || this.current) return;
    const change = this.store.doc.history[direction]();
    if (change) this.store.emit("change", change);
  }

  /** Let a tool draw, and redraw just the pixels it touched. */
  #run(draw) {
    const { edit } = this.current;
    edit.rect = null;
    draw();
    if (edit.rect) this.renderer.invalidate(edit.rect);
    this.renderer.invalidateHud();
  }
}
