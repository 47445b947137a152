/** A cursor for the keyboard: arrow keys move it over the frame, Space clicks, Enter puts the pen down and lifts it. */

import { t } from "../i18n.js";
import { isForControl, isTyping, keyCaps } from "../keymap.js";
import { entryOf, plainName } from "../kinds.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Pixels a press, with Shift, and with Ctrl. */
const STEP = 1;
const SHIFT_STEP = 10;
const CTRL_STEP = 100;

/** The cursor stays so many device pixels away from the screen's edge. */
const MARGIN = 48;

export const feature = {
  name: "cursor",
  keys: { "cursor.toggle": "KeyK" },
  texts: { View: { "cursor.toggle": "Keyboard cursor: arrows move it, Space clicks, Enter draws" } },
  actions(editor) {
    editor.cursor ??= new Cursor(editor);
    return { "cursor.toggle": () => editor.cursor.toggle() };
  },
  mount: (editor) => editor.cursor.mount(),
};

/**
 * The pixel a key press moves to.
 * @param {{x: number, y: number}} at a pixel
 * @param {{code: string, shiftKey?: boolean, ctrlKey?: boolean}} event of an arrow key
 * @param {{width: number, height: number}} size of the frame, which is not left
 */
export function moved({ x, y }, { code, shiftKey, ctrlKey }, { width, height }) {
  const step = ctrlKey ? CTRL_STEP : shiftKey ? SHIFT_STEP : STEP;
  const [dx, dy] = ARROWS[code];
  const within = (value, limit) => Math.min(limit - 1, Math.max(0, value));
  return { x: within(x + dx * step, width), y: within(y + dy * step, height) };
}

class Cursor {
  constructor(editor) {
    this.editor = editor;
    this.on = false;
    this.down = false;
    this.at = { x: 0, y: 0 };
  }

  mount() {
    const { renderer, store, root } = this.editor;
    this.live = root.querySelector("#cursor-live");
    renderer.overlays.push((context, viewport) => this.on && cross(context, viewport, this.at));
    // Before all others: arrow keys mean something else while the cursor is off.
    addEventListener("keydown", (event) => this.#keyDown(event), { capture: true });
    store.on("open", () => this.#put(false));
    this.editor.bindings.onChange(() => this.#describe());
    this.#describe();
  }

  /** Tell those who do not see the sheet that there is a cursor. */
  #describe() {
    const chord = this.editor.bindings.chord("cursor.toggle");
    const text = chord && t("%(key)s shows a cursor that arrow keys move", { key: keyCaps(chord).join("+") });
    this.editor.stage.setAttribute("aria-description", text);
  }

  /** Show the cursor in the middle of what is seen, or put it away. */
  toggle() {
    const { doc } = this.editor.store;
    if (!doc) return;
    this.#put(!this.on);
    if (!this.on) return;
    const { x0, y0, x1, y1 } = this.editor.viewport.visiblePart();
    this.editor.stage.focus({ preventScroll: true });
    this.#goTo({ x: Math.floor((x0 + x1) / 2), y: Math.floor((y0 + y1) / 2) });
  }

  #put(on) {
    if (this.on && !on) this.editor.pointer.onHover(null);
    this.on = on;
    this.down = false;
    this.editor.root.body.classList.toggle("with-cursor", on);
    this.live.textContent = "";
    this.editor.renderer.invalidateHud();
  }

  #keyDown(event) {
    if (!this.on || event.altKey || this.editor.dialogs.anyOpen) return;
    if (isTyping(event.target) || isForControl(event.target, event.code)) return;
    const act = this.#act(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** What a key does now; nothing for those the cursor leaves alone. */
  #act(event) {
    const { strokes, store } = this.editor;
    if (event.code in ARROWS) return () => this.#goTo(moved(this.at, event, store.doc));
    if (event.repeat) return null;
    if (event.code === "Space") return () => this.#click();
    if (event.code === "Enter" && !event.ctrlKey && !strokes.clicking) return () => this.#press();
    if (event.code === "Escape") return () => this.#leave();
    return null;
  }

  #goTo(at) {
    const { pointer, strokes } = this.editor;
    this.at = at;
    this.#keepInSight();
    pointer.onHover(this.#point);
    if (this.down || strokes.clicking) strokes.move([this.#point]);
    this.#tell();
  }

  #click() {
    const { strokes } = this.editor;
    if (this.down) this.#press();
    else if (strokes.start(this.#point)) strokes.finish();
    this.#tell();
  }

  /** Put the pen down, or lift it. */
  #press() {
    const { strokes } = this.editor;
    if (this.down) strokes.finish();
    this.down = !this.down && strokes.start(this.#point);
    this.#tell();
  }

  #leave() {
    if (!this.down && !this.editor.strokes.clicking) {
      this.#put(false);
      return;
    }
    this.down = false;
    this.editor.pointer.abort();
  }

  get #point() {
    const { x, y } = this.at;
    return { x: x + 0.5, y: y + 0.5, pressure: 0.5, pointerType: "keyboard", erase: false, alt: false };
  }

  /** Move the frame when the cursor comes near the screen's edge. */
  #keepInSight() {
    const { viewport, renderer } = this.editor;
    const { x, y } = viewport.toScreen(this.at.x + 0.5, this.at.y + 0.5);
    const outside = (value, limit) => Math.min(0, value - MARGIN) + Math.max(0, value + MARGIN - limit);
    const [dx, dy] = [outside(x, viewport.screenWidth), outside(y, viewport.screenHeight)];
    if (viewport.fitted || (!dx && !dy)) return;
    viewport.panBy(-dx, -dy);
    renderer.invalidateAll();
  }

  /** Say where the cursor is and what lies there. */
  #tell() {
    const { doc } = this.editor.store;
    const { x, y } = this.at;
    const name = doc.says?.(x, y) ?? plainName(t(entryOf(doc.kind, doc.sheet.get(x, y))?.name ?? "ignore"));
    this.live.textContent = t("%(x)s, %(y)s: %(name)s", { x, y, name });
  }
}

/** A cross with its middle free, dark and light, so that it is seen on anything. */
function cross(context, { scale }, { x, y }) {
  const unit = devicePixelRatio / scale;
  const [middleX, middleY] = [x + 0.5, y + 0.5];
  const free = Math.max(0.5, 3 * unit);
  for (const [width, color] of [[4 * unit, "rgb(0 0 0 / 75%)"], [2 * unit, "#ffd866"]]) {
    context.lineWidth = width;
    context.strokeStyle = color;
    context.beginPath();
    for (const [dx, dy] of Object.values(ARROWS)) {
      context.moveTo(middleX + dx * free, middleY + dy * free);
      context.lineTo(middleX + dx * (free + 12 * unit), middleY + dy * (free + 12 * unit));
    }
    context.stroke();
  }
}
