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
export const PER_FRAME = Object.freeze(["visible", "view", "entropy", "value"]);

export class Store {
  /**
   * @param {Storage | null} storage where settings are kept between visits
   * @param {{defaults?: object, perFrame?: string[], key?: string}} [more] settings that features bring; key: where they are kept
   */
  constructor(storage = null, { defaults = {}, perFrame = [], key = SETTINGS_KEY } = {}) {
    this.storage = storage;
    this.key = key;
    this.defaults = { ...DEFAULTS, ...defaults };
    this.perFrame = [...PER_FRAME, ...perFrame];
    this.settings = { ...this.defaults, ...readSettings(storage, this.defaults, key) };
    /** 1 for stored values that nobody may change now. */
    this.locked = new Uint8Array(256);
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
   * @param {object} doc {assignment, kind, profile, width, height, sheet, history, image, draft, entropy, frozen, readOnly}
   */
  open(doc) {
    this.doc?.image?.close?.();
    this.doc = doc;
    Object.assign(this.settings, Object.fromEntries(this.perFrame.map((key) => [key, this.defaults[key]])));
    this.emit("open", doc);
    this.emit("settings", this.settings);
  }

  #keep() {
    const kept = Object.fromEntries(Object.entries(this.settings).filter(([key]) => !this.perFrame.includes(key)));
    try {
      this.storage?.setItem(this.key, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage costs the person nothing but the settings.
    }
  }
}

function readSettings(storage, defaults, key) {
  try {
    const kept = JSON.parse(storage?.getItem(key) ?? "{}");
    return Object.fromEntries(Object.entries(kept).filter(([key]) => key in defaults));
  } catch {
    return {};
  }
}
