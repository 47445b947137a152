/** Which key does what: the defaults, a preset over them, a person's own changes over that. */

import { t } from "./i18n.js";
import { chordOf, isChord, keyCaps } from "./keymap.js";
import { PRESETS } from "./presets.js";

const STORED = "sakkan.editor.keys";

/** What an exported file says of itself. */
const FORMAT = "sakkan-keys";

/** Chords that browsers keep for themselves, or that keep the page usable without a mouse. */
const RESERVED = new Set(["Ctrl+KeyW", "Ctrl+KeyT", "Ctrl+KeyN", "Ctrl+Shift+KeyN", "Ctrl+Shift+KeyT", "Ctrl+Shift+KeyW"]);
const RESERVED_KEYS = /^(Shift\+)?(Space|Tab|Enter)$|(^|\+)(Tab|F5|F11|F12)$/;

export class Bindings {
  /**
   * @param {Record<string, string>} defaults action -> chord, "" for none
   * @param {Storage | null} [storage] where a person's keys are kept between visits
   * @param {string} [person] whose keys they are, where several people share a browser
   */
  constructor(defaults, storage = null, person = "") {
    this.defaults = defaults;
    this.storage = storage;
    this.place = person ? `${STORED}.${person}` : STORED;
    this.listeners = [];
    this.#take(readKept(storage, this.place));
  }

  /** Call `listener()` whenever a key changed. */
  onChange(listener) {
    this.listeners.push(listener);
  }

  /** Chord of an action, "" when it has none. */
  chord(action) {
    return this.keys[action] ?? "";
  }

  /** The action a chord stands for. @returns {string | undefined} */
  action(chord) {
    return this.byChord.get(chord);
  }

  /** What a key press stands for. Where "?" is typed differs from layout to layout. @returns {string | undefined} */
  actionOf(event) {
    const typed = event.key === "?" ? "help" : undefined;
    return (typed && !event.shiftKey ? typed : this.action(chordOf(event))) ?? typed;
  }

  /** The action that would lose its key to `action`. @returns {string | undefined} */
  conflict(chord, action) {
    const holder = this.action(chord);
    return holder === action ? undefined : holder;
  }

  /** Give an action a chord ("" for none); whoever had it goes without. Throws a RangeError with a sentence to show. */
  bind(action, chord) {
    if (chord) refuseReserved(chord);
    const loser = chord && this.conflict(chord, action);
    if (loser) this.changes[loser] = "";
    this.changes[action] = chord;
    this.#changed();
  }

  /** The preset's key again; whoever has it now goes without. */
  reset(action) {
    const chord = presetKeys(this.defaults, this.preset)[action];
    delete this.changes[action];
    const loser = chord && this.conflict(chord, action);
    if (loser) this.changes[loser] = "";
    this.#changed();
  }

  resetAll() {
    this.changes = {};
    this.#changed();
  }

  /** Take a preset's keys; own changes are dropped. @param {string} name of PRESETS */
  usePreset(name) {
    this.preset = name in PRESETS ? name : "sakkan";
    this.resetAll();
  }

  /** Whether a person changed this action's key. */
  isChanged(action) {
    return action in this.changes;
  }

  /** All keys as a file for another browser. */
  toJSON() {
    return { format: FORMAT, version: 1, preset: this.preset, keys: this.keys };
  }

  /**
   * Take keys from an exported file. Actions this editor does not have are passed over.
   * @param {string} text JSON
   * @returns {number} how many keys were taken
   * @throws {RangeError} with a sentence to show, when it is no such file; nothing is changed then
   */
  load(text) {
    const file = parseFile(text);
    const taken = Object.entries(file.keys).filter(([action]) => action in this.defaults);
    const preset = file.preset in PRESETS ? file.preset : "sakkan";
    const base = presetKeys(this.defaults, preset);
    const changed = taken.filter(([action, chord]) => base[action] !== chord);
    for (const [, chord] of changed) if (chord) refuseReserved(chord);
    this.#take({ preset, changes: Object.fromEntries(changed) });
    this.#changed();
    return taken.length;
  }

  #take({ preset = "sakkan", changes = {} }) {
    this.preset = preset in PRESETS ? preset : "sakkan";
    this.changes = changes;
    this.#resolve();
  }

  #resolve() {
    this.keys = overlay(presetKeys(this.defaults, this.preset), this.changes);
    const bound = Object.entries(this.keys).filter(([, chord]) => chord);
    this.byChord = new Map(bound.map(([action, chord]) => [chord, action]));
  }

  #changed() {
    this.#resolve();
    try {
      this.storage?.setItem(this.place, JSON.stringify({ preset: this.preset, changes: this.changes }));
    } catch {
      // A full or forbidden storage: the keys hold until the page is left.
    }
    for (const listener of this.listeners) listener();
  }
}

/** Action -> chord of a preset, before anybody's own changes. */
export function presetKeys(defaults, name) {
  return overlay(defaults, PRESETS[name].keys(defaults));
}

/** Chords laid over others: an action that is not named in `over` gives way where its chord is wanted there. */
function overlay(under, over) {
  const known = Object.entries(over).filter(([action]) => action in under);
  const wanted = new Set(known.map(([, chord]) => chord));
  const kept = Object.entries(under).map(([action, chord]) => [action, wanted.has(chord) ? "" : chord]);
  return Object.fromEntries([...kept, ...known]);
}

function refuseReserved(chord) {
  if (!isChord(chord)) throw new RangeError(t("That is not a key."));
  if (RESERVED.has(chord) || RESERVED_KEYS.test(chord)) {
    throw new RangeError(t("%(key)s is kept for the browser or the canvas. Choose another key.", { key: keyCaps(chord).join("+") }));
  }
}

function parseFile(text) {
  const refused = new RangeError(t("This file holds no keys of this editor. Choose one that was exported here."));
  let file;
  try {
    file = JSON.parse(text);
  } catch {
    throw refused;
  }
  const chords = file?.format === FORMAT && file.keys && typeof file.keys === "object" ? Object.values(file.keys) : null;
  if (!chords?.every((chord) => chord === "" || isChord(chord))) throw refused;
  const bound = chords.filter(Boolean);
  if (new Set(bound).size !== bound.length) throw new RangeError(t("This file gives one key to two actions. Export it again."));
  return file;
}

function readKept(storage, place) {
  try {
    const kept = JSON.parse(storage?.getItem(place) ?? "{}") ?? {};
    const changes = Object.entries(kept.changes ?? {}).filter(([, chord]) => chord === "" || isChord(chord));
    return { preset: kept.preset, changes: Object.fromEntries(changes) };
  } catch {
    return {};
  }
}
