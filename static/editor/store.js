/** What the page knows: the open frame, the person's settings, the state of saving. Parts listen to topics. */

const SETTINGS_KEY = "sakkan.editor.settings";

/** Settings a person keeps from frame to frame, with their defaults. */
export const DEFAULTS = Object.freeze({
  tool: "brush",
  value: 1,
  size: 24,
  tolerance: 24,
  fillBy: "color",
  opacity: 0.5,
  penPressure: true,
  visible: true,
  view: "labels",
  entropy: false,
});

/** What every frame begins with, whatever was looked at before. */
const PER_FRAME = ["visible", "view", "entropy", "value"];

export class Store {
  /** @param {Storage | null} storage where settings are kept between visits */
  constructor(storage = null) {
    this.storage = storage;
    this.settings = { ...DEFAULTS, ...readSettings(storage) };
    this.doc = null;
    this.status = { save: "saved", lease: null, message: "" };
    this.listeners = new Map();
  }

  /** Call `listener(payload)` on each `emit(topic, payload)`. */
  on(topic, listener) {
    if (!this.listeners.has(topic)) this.listeners.set(topic, []);
    this.listeners.get(topic).push(listener);
  }

  emit(topic, payload) {
    for (const listener of this.listeners.get(topic) ?? []) listener(payload);
  }

  /** Change settings; topic "settings" carries what changed. */
  set(changes) {
    const changed = Object.fromEntries(Object.entries(changes).filter(([key, value]) => this.settings[key] !== value));
    if (!Object.keys(changed).length) return;
    Object.assign(this.settings, changed);
    this.#keep();
    this.emit("settings", changed);
  }

  /** Change the state line; topic "status". */
  report(changes) {
    Object.assign(this.status, changes);
    this.emit("status", this.status);
  }

  /**
   * Take up a frame; topic "open".
   * @param {object} doc {assignment, kind, width, height, plane, history, image, draft, entropy}
   */
  open(doc) {
    this.doc?.image?.close?.();
    this.doc = doc;
    Object.assign(this.settings, Object.fromEntries(PER_FRAME.map((key) => [key, DEFAULTS[key]])));
    this.emit("open", doc);
    this.emit("settings", this.settings);
  }

  #keep() {
    const kept = Object.fromEntries(Object.entries(this.settings).filter(([key]) => !PER_FRAME.includes(key)));
    try {
      this.storage?.setItem(SETTINGS_KEY, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage costs the person nothing but the settings.
    }
  }
}

function readSettings(storage) {
  try {
    const kept = JSON.parse(storage?.getItem(SETTINGS_KEY) ?? "{}");
    return Object.fromEntries(Object.entries(kept).filter(([key]) => key in DEFAULTS));
  } catch {
    return {};
  }
}
