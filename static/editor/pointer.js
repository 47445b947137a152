/** Pens, mice and fingers: which of them draws, pans, zooms, turns or is a palm. */

/** Bits of `event.buttons`. */
const TIP = 1;
const SECOND_BUTTON = 2;
const ERASER_BUTTON = 32;

/** Values of `event.button` that draw: tip or left, barrel or right, eraser end. */
const DRAWING = [0, 2, 5];

/** A trackpad sends many small wheel steps: this many px of them make one zoom step. */
const WHEEL_STEP = 60;

/** Two fingers turn the frame only once they have twisted by this many degrees: a pinch is never quite straight. */
const TWIST_FROM = 10;

/** Two presses make a double click within so many milliseconds and px. */
const DOUBLE_MS = 350;
const DOUBLE_PX = 8;

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
    this.pressed = { time: -Infinity, x: 0, y: 0 };
    const on = (type, handler, options) => stage.addEventListener(type, handler.bind(this), options);
    on("pointerdown", this.#down);
    on("pointermove", this.#move);
    on("pointerup", this.#up);
    on("pointercancel", this.#cancel);
    on("pointerleave", () => this.onHover(null));
    on("wheel", this.#wheel, { passive: false });
    on("contextmenu", (event) => event.preventDefault());
    // Without this a finger that is held starts the browser's own selection and its ring.
    on("touchstart", (event) => event.preventDefault(), { passive: false });
    // Without this the middle button starts the browser's own scrolling.
    on("mousedown", (event) => event.button === 1 && event.preventDefault());
  }

  /** Space pans while it is held, Shift and Space turn. */
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
    if (event.button === 1 || this.spaceHeld) this.#grab(event);
    else if (DRAWING.includes(event.button) && touches(event)) this.#begin(event);
  }

  #grab(event) {
    this.panning = { id: event.pointerId, turns: event.shiftKey, ...this.#screen(event) };
  }

  #begin(event) {
    if (this.drawing !== null) return;
    const point = this.#point(event);
    point.double = this.#isDouble(event);
    if (this.strokes.start(point)) this.drawing = event.pointerId;
  }

  /** Whether this press follows another closely in time and place. */
  #isDouble({ timeStamp, clientX, clientY }) {
    const { time, x, y } = this.pressed;
    const close = timeStamp - time < DOUBLE_MS && Math.hypot(clientX - x, clientY - y) < DOUBLE_PX;
    this.pressed = { time: close ? -Infinity : timeStamp, x: clientX, y: clientY };
    return close;
  }

  #move(event) {
    if (event.pointerType === "pen") this.#penMoved(event);
    if (event.pointerType === "touch" && this.drawing !== event.pointerId) {
      if (this.fingers.has(event.pointerId)) this.#fingerMove(event);
      return;
    }
    // A second finger may land yet: the frame is moved from where the first one is by then.
    if (this.fingers.has(event.pointerId)) this.fingers.set(event.pointerId, this.#screen(event));
    this.onHover(this.#point(event));
    if (this.panning?.id === event.pointerId) this.#drag(event);
    else if (this.drawing === event.pointerId) this.strokes.move(coalesced(event).map((e) => this.#point(e)));
  }

  /** With its barrel button held a pen touches down and lifts off without any further press or release. */
  #penMoved(event) {
    this.#penArrived();
    if (this.panning) return;
    if (this.drawing === event.pointerId && !touches(event)) this.#end(event);
    else if (this.drawing === null && event.buttons & SECOND_BUTTON && touches(event)) this.#begin(event);
  }

  #up(event) {
    this.fingers.delete(event.pointerId);
    if (this.panning?.id === event.pointerId) this.panning = null;
    this.#end(event);
  }

  #end(event) {
    if (this.drawing !== event.pointerId) return;
    this.drawing = null;
    this.strokes.finish();
  }

  #cancel(event) {
    this.fingers.delete(event.pointerId);
    if (this.panning?.id === event.pointerId) this.panning = null;
    if (this.drawing === event.pointerId) this.abort();
  }

  #drag(event) {
    const at = this.#screen(event);
    if (this.panning.turns) this.viewport.turnTo(this.viewport.angle + this.#turned(this.panning, at));
    else this.viewport.panBy(at.x - this.panning.x, at.y - this.panning.y);
    Object.assign(this.panning, at);
    this.renderer.invalidateView();
  }

  /** Degrees by which a point of the screen went round its middle. */
  #turned(from, to) {
    const [x, y] = [this.viewport.screenWidth / 2, this.viewport.screenHeight / 2];
    return degrees(Math.atan2(to.y - y, to.x - x) - Math.atan2(from.y - y, from.x - x));
  }

  /** Once a pen has been seen fingers only move the view, and only away from the pen: the palm often lands before it. */
  #penArrived() {
    this.penSeen = true;
    if (this.drawing !== null && this.fingers.has(this.drawing)) this.abort();
    this.fingers.clear();
  }

  #fingerDown(event) {
    if (this.drawing !== null && !this.fingers.has(this.drawing)) return;
    this.fingers.set(event.pointerId, this.#screen(event));
    this.twist = 0;
    capture(this.stage, event.pointerId);
    if (this.fingers.size === 1 && !this.penSeen) this.#begin(event);
    else if (this.drawing !== null) this.#yield();
  }

  /** The first finger was not meant to draw. What was clicked together before it stays. */
  #yield() {
    this.drawing = null;
    this.strokes.giveUpPress();
  }

  /** Two fingers move the frame with them: their middle pans, their distance zooms, their twist turns. */
  #fingerMove(event) {
    const before = this.#pinch();
    this.fingers.set(event.pointerId, this.#screen(event));
    const after = this.#pinch();
    if (!before || !after) return;
    this.viewport.panBy(after.x - before.x, after.y - before.y);
    if (before.distance > 0) this.viewport.zoomTo((this.viewport.scale * after.distance) / before.distance, after.x, after.y);
    this.#twist(degrees(after.angle - before.angle), after);
    this.renderer.invalidateView();
  }

  #twist(by, { x, y }) {
    const held = Math.abs(this.twist) < TWIST_FROM;
    this.twist += by;
    if (!held) this.viewport.turnTo(this.viewport.angle + by, x, y);
  }

  #pinch() {
    if (this.fingers.size !== 2) return null;
    const [a, b] = this.fingers.values();
    return {
      x: (a.x + b.x) / 2,
      y: (a.y + b.y) / 2,
      distance: Math.hypot(a.x - b.x, a.y - b.y),
      angle: Math.atan2(b.y - a.y, b.x - a.x),
    };
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
    this.renderer.invalidateView();
    this.onHover(this.#point(event));
  }

  #screen(event) {
    const box = this.stage.getBoundingClientRect();
    const ratio = this.viewport.screenWidth / box.width;
    return { x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio };
  }

  /** @returns {import("./strokes.js").Point} */
  #point(event) {
    const at = this.#screen(event);
    return {
      ...this.viewport.toImage(at.x, at.y),
      unit: devicePixelRatio / this.viewport.scale,
      pressure: event.pressure ?? 0.5,
      pointerType: event.pointerType ?? "mouse",
      erase: (event.buttons & (ERASER_BUTTON | SECOND_BUTTON)) !== 0,
      shift: event.shiftKey ?? false,
      alt: event.altKey ?? false,
    };
  }
}

/** Every sample between two frames; synthetic events carry none, and stand for themselves. */
function coalesced(event) {
  const events = event.getCoalescedEvents?.() ?? [];
  return events.length ? events : [event];
}

/** Whether what draws lies on the surface: a pen's barrel button can also be pressed above it. */
function touches({ pointerType, buttons, pressure }) {
  if (pointerType !== "pen") return true;
  return (buttons & (TIP | ERASER_BUTTON)) !== 0 || pressure > 0;
}

/** Radians as degrees above -180 up to 180. */
function degrees(radians) {
  const turned = (radians * 180) / Math.PI;
  return turned > 180 ? turned - 360 : turned <= -180 ? turned + 360 : turned;
}

/** Keep getting the pointer's events outside the stage; a synthetic pointer cannot be captured. */
function capture(stage, pointerId) {
  try {
    stage.setPointerCapture(pointerId);
  } catch {
    // It still draws while it stays on the stage.
  }
}
