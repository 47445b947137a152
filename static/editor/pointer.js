/** Pens, mice and fingers: which of them draws, pans, zooms or is a palm. */

/** Bits of `event.buttons`. */
const ERASER_BUTTON = 32;
const SECOND_BUTTON = 2;

/** Values of `event.button` that draw: tip or left, barrel or right, eraser end. */
const DRAWING = [0, 2, 5];

/** A trackpad sends many small wheel steps: this many px of them make one zoom step. */
const WHEEL_STEP = 60;

export class Pointer {
  /**
   * @param {HTMLElement} stage takes the events
   * @param {{viewport: object, strokes: object, renderer: object, onHover: (point: object | null) => void}} parts
   */
  constructor(stage, { viewport, strokes, renderer, onHover }) {
    Object.assign(this, { stage, viewport, strokes, renderer, onHover });
    this.spaceHeld = false;
    this.penSeen = false;
    this.drawing = null;
    this.panning = null;
    this.fingers = new Map();
    this.wheelSum = 0;
    const on = (type, handler, options) => stage.addEventListener(type, handler.bind(this), options);
    on("pointerdown", this.#down);
    on("pointermove", this.#move);
    on("pointerup", this.#up);
    on("pointercancel", this.#cancel);
    on("pointerleave", () => this.onHover(null));
    on("wheel", this.#wheel, { passive: false });
    on("contextmenu", (event) => event.preventDefault());
    // Without this the middle button starts the browser's own scrolling.
    on("mousedown", (event) => event.button === 1 && event.preventDefault());
  }

  /** Space pans while it is held. */
  holdSpace(held) {
    this.spaceHeld = held;
    this.stage.classList.toggle("panning", held);
  }

  /** Stop whatever the pointer is doing. */
  abort() {
    this.drawing = null;
    this.strokes.cancel();
  }

  #down(event) {
    event.preventDefault();
    this.stage.focus({ preventScroll: true });
    if (event.pointerType === "touch") {
      this.#fingerDown(event);
      return;
    }
    if (event.pointerType === "pen") this.#penArrived();
    capture(this.stage, event.pointerId);
    if (event.button === 1 || this.spaceHeld) this.panning = { id: event.pointerId, ...this.#screen(event) };
    else if (DRAWING.includes(event.button)) this.#begin(event);
  }

  #begin(event) {
    if (this.drawing === null && this.strokes.start(this.#point(event))) this.drawing = event.pointerId;
  }

  #move(event) {
    if (event.pointerType === "pen") this.#penArrived();
    if (this.fingers.has(event.pointerId) && this.drawing !== event.pointerId) {
      this.#fingerMove(event);
      return;
    }
    this.onHover(this.#point(event));
    if (this.panning?.id === event.pointerId) this.#pan(event);
    else if (this.drawing === event.pointerId) this.strokes.move(coalesced(event).map((e) => this.#point(e)));
  }

  #up(event) {
    this.fingers.delete(event.pointerId);
    if (this.panning?.id === event.pointerId) this.panning = null;
    if (this.drawing !== event.pointerId) return;
    this.drawing = null;
    this.strokes.finish();
  }

  #cancel(event) {
    this.fingers.delete(event.pointerId);
    if (this.panning?.id === event.pointerId) this.panning = null;
    if (this.drawing === event.pointerId) this.abort();
  }

  #pan(event) {
    const at = this.#screen(event);
    this.viewport.panBy(at.x - this.panning.x, at.y - this.panning.y);
    Object.assign(this.panning, at);
    this.renderer.invalidateAll();
  }

  /** Once a pen has been seen fingers only pan and zoom: the palm often lands before the pen does. */
  #penArrived() {
    this.penSeen = true;
    if (this.drawing !== null && this.fingers.has(this.drawing)) this.abort();
  }

  #fingerDown(event) {
    if (this.drawing !== null && !this.fingers.has(this.drawing)) return;
    this.fingers.set(event.pointerId, this.#screen(event));
    capture(this.stage, event.pointerId);
    if (this.fingers.size === 1 && !this.penSeen) this.#begin(event);
    else if (this.drawing !== null) this.abort();
  }

  /** Two fingers move the frame with them: their middle pans, their distance zooms. */
  #fingerMove(event) {
    const before = this.#pinch();
    this.fingers.set(event.pointerId, this.#screen(event));
    const after = this.#pinch();
    if (!before || !after) return;
    this.viewport.panBy(after.x - before.x, after.y - before.y);
    if (before.distance > 0) this.viewport.zoomTo((this.viewport.scale * after.distance) / before.distance, after.x, after.y);
    this.renderer.invalidateAll();
  }

  #pinch() {
    if (this.fingers.size !== 2) return null;
    const [a, b] = this.fingers.values();
    return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, distance: Math.hypot(a.x - b.x, a.y - b.y) };
  }

  /** The wheel zooms to the pointer; a pinch on a trackpad arrives as a wheel with Ctrl and is followed smoothly. */
  #wheel(event) {
    event.preventDefault();
    const at = this.#screen(event);
    if (event.ctrlKey) {
      this.viewport.zoomTo(this.viewport.scale * Math.exp(-event.deltaY / 100), at.x, at.y);
    } else {
      this.wheelSum += event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : Math.sign(event.deltaY) * WHEEL_STEP;
      if (Math.abs(this.wheelSum) < WHEEL_STEP) return;
      this.viewport.zoomStep(-Math.sign(this.wheelSum), at.x, at.y);
      this.wheelSum = 0;
    }
    this.renderer.invalidateAll();
    this.onHover(this.#point(event));
  }

  #screen(event) {
    const box = this.stage.getBoundingClientRect();
    const ratio = this.viewport.screenWidth / box.width;
    return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio };
  }

  #point(event) {
    const at = this.#screen(event);
    return {
      ...this.viewport.toImage(at.x, at.y),
      pressure: event.pressure ?? 0.5,
      pointerType: event.pointerType ?? "mouse",
      erase: (event.buttons & (ERASER_BUTTON | SECOND_BUTTON)) !== 0,
    };
  }
}

/** Every sample between two frames; synthetic events carry none, and stand for themselves. */
function coalesced(event) {
  const events = event.getCoalescedEvents?.() ?? [];
  return events.length ? events : [event];
}

/** Keep getting the pointer's events outside the stage; a synthetic pointer cannot be captured. */
function capture(stage, pointerId) {
  try {
    stage.setPointerCapture(pointerId);
  } catch {
    // It still draws while it stays on the stage.
  }
}
