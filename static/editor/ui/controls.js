/** Tool column and panel: each control shows a setting and changes it. */

import { t } from "../i18n.js";
import { keyCaps } from "../keymap.js";
import { MAX_SIZE } from "../tools/brush.js";
import { Toolbar } from "./toolbar.js";

/** Controls of the panel that need no typing. */
const SET_AT_ONCE = ["checkbox", "radio", "range"].map((type) => `.ed-panel input[type=${type}]`).join() + ", .ed-panel select";

export class Controls {
  /**
   * @param {Document} root
   * @param {import("../store.js").Store} store
   * @param {(action: string) => void} act
   * @param {import("../bindings.js").Bindings} keys for the tooltips
   */
  constructor(root, store, act, keys) {
    this.root = root;
    this.store = store;
    this.keys = keys;
    root.addEventListener("click", (event) => press(event, act));
    leaveKeysWithCanvas(root);
    for (const input of root.querySelectorAll("[data-setting]")) this.#bind(input);
    this.toolbar = new Toolbar(root.querySelector(".ed-tools"));
    this.label();
    keys.onChange(() => this.label());
    store.on("settings", () => this.show());
    store.on("open", (doc) => this.#showFrame(doc));
    for (const topic of ["open", "change", "redraw"]) store.on(topic, () => this.#showHistory());
  }

  /** Say the current keys in tooltips and key caps. @param {ParentNode} [part] of the page, when it was made later */
  label(part = this.root) {
    for (const button of part.querySelectorAll("[data-action]")) labelButton(button, this.keys.chord(button.dataset.action));
    for (const kbd of part.querySelectorAll("kbd[data-key]")) kbd.textContent = keyCaps(this.keys.chord(kbd.dataset.key)).join("+");
  }

  /** Bring every control in line with the settings. */
  show() {
    const { settings, doc } = this.store;
    for (const input of this.root.querySelectorAll("[data-setting]")) showSetting(input, settings[input.dataset.setting]);
    for (const output of this.root.querySelectorAll("output[data-of]")) showOutput(output, settings);
    for (const button of this.root.querySelectorAll("[data-pressed]")) {
      const [setting, value] = button.dataset.pressed.split("=");
      button.setAttribute("aria-pressed", String(String(settings[setting]) === value));
    }
    for (const part of this.root.querySelectorAll("[data-tools]")) {
      part.hidden = !part.dataset.tools.split(" ").includes(settings.tool);
    }
    for (const part of this.root.querySelectorAll("[data-kinds]")) {
      part.classList.toggle("other-kind", Boolean(doc) && !part.dataset.kinds.split(" ").includes(doc.kind.name));
    }
    const has = { draft: Boolean(doc?.draft), entropy: Boolean(doc?.assignment.draft?.entropy_url) };
    for (const part of this.root.querySelectorAll("[data-needs]")) part.disabled = !has[part.dataset.needs];
    this.toolbar.refresh();
  }

  #bind(input) {
    const name = input.dataset.setting;
    input.addEventListener("input", () => {
      const value = readSetting(input, typeof this.store.settings[name] === "number");
      if (!Number.isNaN(value)) this.store.set({ [name]: value });
    });
  }

  #showHistory() {
    const { history } = this.store.doc;
    this.root.querySelector("[data-action='edit.undo']").disabled = !history.canUndo;
    this.root.querySelector("[data-action='edit.redo']").disabled = !history.canRedo;
    this.toolbar.refresh();
  }

  #showFrame({ assignment, readOnly }) {
    const set = (name, text) => {
      for (const part of this.root.querySelectorAll(`[data-text=${name}]`)) {
        part.textContent = text;
        part.closest("[data-row]")?.toggleAttribute("hidden", !text);
      }
    };
    const { frame, draft, returned } = assignment;
    set("pool", assignment.pool.name);
    set("key", frame.key);
    set("cut", frame.cut);
    set("time", frame.time_s === null ? "" : `${frame.time_s.toFixed(2)} s`);
    set("size", `${frame.width} × ${frame.height}`);
    set("why", assignment.selection_reason);
    set("model", draft?.model_version ?? t("none: draw from scratch"));
    set("returned", returned ? `${returned.reviewer}: ${returned.comment}` : "");
    this.root.body.classList.toggle("read-only", readOnly);
    this.root.title = `${frame.key} · ${assignment.pool.name} · Sakkan`;
  }
}

/** Brush sizes are felt as ratios: the slider is a square root of the size. */
export function toSlider(setting, value) {
  if (setting === "size") return Math.round(100 * Math.sqrt((value - 1) / (MAX_SIZE - 1)));
  return setting === "opacity" ? Math.round(value * 100) : value;
}

export function fromSlider(setting, value) {
  if (setting === "size") return Math.max(1, Math.round(1 + (MAX_SIZE - 1) * (value / 100) ** 2));
  return setting === "opacity" ? value / 100 : value;
}

function press(event, act) {
  const button = event.target.closest?.("button[data-action]");
  if (!button) return;
  // A click with the pointer leaves the keys with the canvas: the space bar pans and does not press the button again.
  if (event.detail > 0) focusCanvas();
  act(button.dataset.action);
}

/** A control that the pointer set hands the keys back; one that is typed into, or was set by keys, keeps them. */
function leaveKeysWithCanvas(root) {
  let byPointer = false;
  root.addEventListener("pointerdown", () => (byPointer = true), { capture: true });
  root.addEventListener("keydown", () => (byPointer = false), { capture: true });
  root.addEventListener("change", ({ target }) => byPointer && target.matches(SET_AT_ONCE) && focusCanvas());
}

function focusCanvas() {
  document.querySelector("#stage").focus({ preventScroll: true });
}

function labelButton(button, chord) {
  button.dataset.title ??= button.title;
  const { title } = button.dataset;
  if (title) button.title = chord ? `${title} (${keyCaps(chord).join("+")})` : title;
  if (chord) button.setAttribute("aria-keyshortcuts", keyCaps(chord).join("+").replace("Ctrl", "Control"));
  else button.removeAttribute("aria-keyshortcuts");
}

/** What an input says, as the setting keeps it. */
function readSetting(input, isNumber) {
  if (input.type === "checkbox") return input.checked;
  if (input.type === "range") return fromSlider(input.dataset.setting, Number(input.value));
  return isNumber ? Number.parseFloat(input.value) : input.value;
}

function showSetting(input, value) {
  if (input.type === "checkbox") input.checked = value;
  else if (input.type === "radio") input.checked = input.value === String(value);
  // What is being typed is left alone: "0." is on its way to "0.5".
  else if (!(input === document.activeElement && input.type === "number")) input.value = toSlider(input.dataset.setting, value);
}

function showOutput(output, settings) {
  const value = settings[output.dataset.of];
  const unit = output.dataset.unit ?? { size: "px", opacity: "%" }[output.dataset.of];
  output.textContent = unit === "%" ? `${Math.round(value * 100)} %` : [value, unit].filter((part) => part !== undefined).join(" ");
}
