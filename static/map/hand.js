/** Pointer and keys on the canvas: a lasso, moving and zooming, a frame under the pointer; the same without a mouse. */

import { wayOf } from "./choice.js";
import { nearestPoint, thinnedOutline } from "./geometry.js";

const REACH_PX = 10;
const STEP_PX = 24;
const CORNER_PX = 3;

export class Hand {
  /**
   * @param {import("./surface.js").Surface} surface
   * @param {{lassoed: (corners: object[], way: string) => void, toggled: (place: number) => void,
   *          hovered: (place: number, at: {x: number, y: number}) => void, cleared: () => void}} told
   */
  constructor(surface, told) {
    Object.assign(this, { surface, told, tool: "lasso", fingers: new Map() });
    const { canvas } = surface;
    for (const [name, act] of [
      ["pointerdown", this.down],
      ["pointermove", this.move],
      ["pointerup", this.up],
      ["pointercancel", this.up],
      ["pointerleave", () => told.hovered(-1)],
      ["wheel", this.wheel],
      ["keydown", this.key],
      ["keyup", this.keyUp],
      ["blur", this.blur],
      ["contextmenu", (event) => event.preventDefault()],
    ])
      canvas.addEventListener(name, act.bind(this), { passive: false });
  }

  at(event) {
    const box = this.surface.canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  down(event) {
    this.surface.canvas.focus({ preventScroll: true });
    this.surface.canvas.setPointerCapture(event.pointerId);
    const at = this.at(event);
    this.fingers.set(event.pointerId, at);
    this.told.hovered(-1);
    this.surface.cross = null;
    const moves = this.tool === "move" || this.space || event.button > 0 || event.pointerType === "touch";
    this.drag = moves ? "move" : "lasso";
    this.surface.outline = moves ? [] : [this.surface.view.toMap(at.x, at.y)];
    this.start = at;
  }

  move(event) {
    const at = this.at(event);
    const before = this.fingers.get(event.pointerId);
    if (!before) return this.hover(at);
    if (this.drag === "move") this.pan(event.pointerId, before, at);
    else {
      this.surface.outline.push(this.surface.view.toMap(at.x, at.y));
      this.surface.redraw();
    }
    this.fingers.set(event.pointerId, at);
  }

  /** One finger moves, two zoom as well. */
  pan(id, before, at) {
    const others = [...this.fingers].filter(([other]) => other !== id).map(([, where]) => where);
    if (!others.length) return this.surface.look(this.surface.view.panned(at.x - before.x, at.y - before.y));
    const [fixed] = others;
    const apart = (where) => Math.max(1, Math.hypot(where.x - fixed.x, where.y - fixed.y));
    this.surface.look(this.surface.view.zoomed(apart(at) / apart(before), fixed.x, fixed.y));
  }

  up(event) {
    if (!this.fingers.delete(event.pointerId) || this.drag !== "lasso") return;
    const step = CORNER_PX / this.surface.view.scale;
    const corners = thinnedOutline(this.surface.outline, step);
    this.surface.outline = [];
    if (event.type === "pointerup") {
      if (corners.length > 2) this.told.lassoed(corners, wayOf(event));
      else this.click(this.at(event), event);
    }
    this.surface.redraw();
  }

  /** A click on a point takes it in or out; beside all points it drops the choice. */
  click(at, event) {
    const place = this.nearest(at);
    if (place >= 0) this.told.toggled(place);
    else if (wayOf(event) === "new") this.told.cleared();
  }

  nearest(at) {
    const { points, view } = this.surface;
    const where = view.toMap(at.x, at.y);
    return nearestPoint(points.xs, points.ys, where.x, where.y, REACH_PX / view.scale);
  }

  hover(at) {
    this.hoverAt = at;
    this.hovering ??= requestAnimationFrame(() => {
      this.hovering = null;
      this.told.hovered(this.nearest(this.hoverAt), this.hoverAt);
    });
  }

  wheel(event) {
    event.preventDefault();
    const { x, y } = this.at(event);
    const lines = event.deltaMode === 1 ? 16 : 1;
    this.surface.look(this.surface.view.zoomed(Math.exp(-event.deltaY * lines * 0.0015), x, y));
  }

  // --- keys ---

  key(event) {
    if (event.ctrlKey || event.metaKey) return;
    const act = this.keyed(event);
    if (!act) return;
    event.preventDefault();
    act();
    this.surface.redraw();
  }

  keyed(event) {
    const { surface } = this;
    const middle = { x: surface.canvas.clientWidth / 2, y: surface.canvas.clientHeight / 2 };
    const zoom = (factor) => () => {
      const { x, y } = surface.cross ?? middle;
      surface.look(surface.view.zoomed(factor, x, y));
    };
    const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (event.key in arrows) return () => this.step(...arrows[event.key], event.shiftKey ? 4 : event.altKey ? 0.25 : 1);
    const keys = {
      Enter: () => this.corner(),
      Backspace: () => surface.outline.pop(),
      c: () => this.close(event),
      " ": () => this.spaced(),
      "+": zoom(1.5),
      "=": zoom(1.5),
      "-": zoom(1 / 1.5),
      0: () => surface.look(surface.fitted),
      Escape: () => this.dropped(),
    };
    return keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  }

  /** The crosshair goes a step; what lies under it is shown. */
  step(dx, dy, by) {
    const { canvas } = this.surface;
    const from = this.surface.cross ?? { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 };
    const kept = (value, most) => Math.min(Math.max(value, 0), most);
    const x = kept(from.x + dx * by * STEP_PX, canvas.clientWidth);
    const y = kept(from.y + dy * by * STEP_PX, canvas.clientHeight);
    this.surface.cross = { x, y };
    this.told.hovered(this.nearest(this.surface.cross), this.surface.cross);
  }

  corner() {
    const { cross, view, outline } = this.surface;
    if (cross) outline.push(view.toMap(cross.x, cross.y));
    else this.step(0, 0, 0);
  }

  close(event) {
    const corners = this.surface.outline;
    this.surface.outline = [];
    if (corners.length > 2) this.told.lassoed(corners, wayOf(event));
  }

  /** Held, Space moves the map by the mouse; with a crosshair it takes the frame under it in or out. */
  spaced() {
    this.space = true;
    if (!this.surface.cross) return;
    const place = this.nearest(this.surface.cross);
    if (place >= 0) this.told.toggled(place);
  }

  keyUp(event) {
    if (event.key === " ") this.space = false;
  }

  blur() {
    this.space = false;
    this.surface.cross = null;
    this.surface.redraw();
  }

  dropped() {
    if (this.surface.outline.length) this.surface.outline = [];
    else this.told.cleared();
  }
}
