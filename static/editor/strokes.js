/** From press to release, or from the first click to the last: one tool, one change on the record. */

import { PulledString } from "./raster/stabilizer.js";

/**
 * What a tool draws into while the pointer is down; of tools that take several clicks, until the last of them.
 *
 * @typedef {{x: number, y: number, unit: number, pressure: number, pointerType: string, erase: boolean, shift: boolean,
 *   alt: boolean, double?: boolean}} Point
 *   x, y in frame pixels; unit: frame pixels a CSS px, what is near for a hand; pressure 0 to 1; erase: eraser end,
 *   barrel or right button; double: the second press of two
 */
export class Stroke {
  /**
   * @param {import("./store.js").Store} store
   * @param {object} tool
   * @param {Point} point where it began
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
    /** Where the pen is; the line's tip may hang behind it. */
    this.pen = point;
    this.string = tool.steady ? makeString(store.settings, point) : null;
  }

  /** Set a span of pixels to the stroke's value; erasing takes away from the plane that the chosen class lives in. */
  span = (y, x0, x1) => {
    if (this.erase) this.edit.eraseSpan(y, x0, x1, this.plane);
    else this.edit.fillSpan(y, x0, x1, this.value);
  };
}

/** The stabilizer's string, as long on the screen at any zoom. */
function makeString({ stabilizer = 0 }, point) {
  return stabilizer > 0 ? new PulledString(point, stabilizer * (point.unit ?? 1)) : null;
}

/** A change of the open frame that respects what is locked. */
function beginEdit({ doc, locked }) {
  return doc.history.begin({ locked, frozen: doc.frozen });
}

/**
 * Runs strokes of the chosen tool and puts them on the record.
 *
 * A tool with `multi` takes several clicks: `start` is its first; `press(stroke, point)` each further one and returns
 * whether it was the last; `move` is called while the pointer is down; `back(stroke)` takes the last click back and
 * returns whether any is left. A tool that only `reads` also works on frames nobody may draw on.
 */
export class Strokes {
  /**
   * @param {import("./store.js").Store} store
   * @param {Record<string, object>} tools by name
   * @param {{invalidate: (rect: object) => void, invalidateHud: () => void}} renderer
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

  /** Whether a change is half done. Clicks that wait for further ones have changed nothing yet. */
  get busy() {
    return Boolean(this.current && (this.current.edit.before.size || !this.current.tool.multi));
  }

  /** Whether a tool waits for further clicks. */
  get clicking() {
    return Boolean(this.current?.tool.multi);
  }

  /**
   * The pointer was put down. With Alt it picks up what lies there, whatever the tool.
   * @returns {boolean} whether a stroke began or went on
   */
  start(point) {
    if (!this.store.doc) return false;
    if (this.current) return this.#press(point);
    if (point.alt && !this.tool.usesAlt) {
      this.pick(point);
      return false;
    }
    if (this.store.doc.readOnly && !this.tool.reads) return false;
    if (!this.tool.reads) this.#showWhatIsDrawn();
    this.current = new Stroke(this.store, this.tool, point);
    this.#run(() => this.current.tool.start(this.current, point));
    return true;
  }

  /** @param {Point[]} points in the order the pen passed them */
  move(points) {
    for (const point of points) if (this.current) this.#moveTo(point);
  }

  /** The pointer was lifted. */
  finish() {
    if (this.clicking) this.renderer.invalidateHud();
    else if (this.current) this.complete();
  }

  /** End the stroke and put it on the record. */
  complete() {
    const stroke = this.current;
    if (!stroke) return;
    this.#run(() => this.#end(stroke));
    this.current = null;
    const change = stroke.doc.history.commit(stroke.edit);
    this.renderer.invalidateHud();
    if (change) this.store.emit("change", change);
    this.store.emit("stroke", { tool: stroke.tool.name, points: stroke.points, unit: stroke.pen.unit ?? 1 });
  }

  /** The stroke was never meant: a palm, Escape. */
  cancel() {
    const rect = this.current?.edit.cancel();
    this.current = null;
    if (rect) this.renderer.invalidate(rect);
    this.renderer.invalidateHud();
  }

  /** The frame is left: what was clicked together is drawn, a stroke under way was never meant. */
  settle() {
    if (this.clicking) this.complete();
    else this.cancel();
  }

  /** Take up what lies at a point of the frame. */
  pick({ x, y }) {
    if (this.store.doc?.pick) {
      this.store.doc.pick(Math.floor(x), Math.floor(y));
      return;
    }
    const value = this.store.doc?.sheet.get(Math.floor(x), Math.floor(y)) ?? -1;
    if (value < 0) return;
    if (this.tool.pick) this.tool.pick(this.store, value);
    else this.store.set({ value });
  }

  /** Take the last click back, and with the first one the whole stroke. */
  back() {
    if (!this.clicking) return;
    if (!this.current.tool.back(this.current)) this.cancel();
    this.renderer.invalidateHud();
  }

  /** A second finger came down: the press under way was none. */
  giveUpPress() {
    if (this.clicking) this.back();
    else this.cancel();
  }

  /**
   * Change the label map outside a stroke: one step to undo.
   * @param {(edit: import("./history.js").Edit) => void} change
   * @returns {boolean} whether anything changed
   */
  apply(change) {
    const { doc } = this.store;
    if (!doc || doc.readOnly || this.busy) return false;
    const edit = beginEdit(this.store);
    change(edit);
    const done = doc.history.commit(edit);
    if (done) this.store.emit("change", done);
    if (done) this.store.emit("applied");
    return Boolean(done);
  }

  undo() {
    if (this.clicking) this.back();
    else this.#travel("undo");
  }

  redo() {
    this.#travel("redo");
  }

  #travel(direction) {
    if (!this.store.doc || this.store.doc.readOnly || this.current) return;
    const change = this.store.doc.history[direction]();
    if (change) this.store.emit("change", change);
  }

  #showWhatIsDrawn() {
    const { settings } = this.store;
    if (!settings.visible) this.store.set({ visible: true });
    if (settings.view === "draft") this.store.set({ view: "labels" });
  }

  #press(point) {
    const stroke = this.current;
    if (!stroke.tool.multi) return false;
    stroke.pen = point;
    if (!point.double && !stroke.tool.press(stroke, point)) {
      this.renderer.invalidateHud();
      return true;
    }
    this.complete();
    return false;
  }


  #moveTo(point) {
    const stroke = this.current;
    stroke.pen = point;
    const at = stroke.string ? stroke.string.follow(point) : point;
    if (at) this.#run(() => this.#draw(stroke, at));
    else this.renderer.invalidateHud();
  }

  #draw(stroke, point) {
    stroke.tool.move?.(stroke, point);
    if (!stroke.tool.multi) stroke.points.push(point);
  }

  #end(stroke) {
    const last = stroke.string?.catchUp(stroke.pen);
    if (last) this.#draw(stroke, last);
    stroke.tool.finish?.(stroke);
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
