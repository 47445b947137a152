/**
 * Ready-made keys. A preset names what differs from the editor's own.
 * Clip Studio's and OpenToonz's are the keys those programs come with (OpenToonz: toonz/sources/toonz/mainwindow.cpp),
 * for what both they and this editor have; what these would leave without a key has another.
 */

import { mark } from "./i18n.js";

const CLIP_STUDIO = Object.freeze({
  "tool.pencil": "KeyP",
  "tool.brush": "KeyB",
  "tool.eraser": "KeyE",
  "tool.bucket": "KeyG",
  "tool.region": "KeyW",
  "tool.lasso": "KeyM",
  "tool.line": "KeyU",
  "tool.segments": "KeyY",
  "edit.undo": "Ctrl+KeyZ",
  "edit.redo": "Ctrl+KeyY",
  "edit.redo2": "Ctrl+Shift+KeyZ",
  "class.pick": "KeyI",
  "class.swap": "KeyX",
  "class.ignore": "Shift+KeyI",
  "view.zoomIn": "Ctrl+Equal",
  "view.zoomOut": "Ctrl+Minus",
  "view.fit": "Ctrl+Digit0",
  "view.actual": "Ctrl+Alt+Digit0",
  "view.rotateLeft": "Minus",
  "view.rotateRight": "Equal",
  "view.mirror": "Shift+KeyM",
  "view.entropy": "KeyL",
});

const OPEN_TOONZ = Object.freeze({
  "tool.brush": "KeyB",
  "tool.eraser": "KeyE",
  "tool.bucket": "KeyF",
  "tool.line": "KeyG",
  "tool.lasso": "KeyS",
  "tool.segments": "KeyT",
  "class.pick": "KeyK",
  "edit.undo": "Ctrl+KeyZ",
  "edit.redo": "Ctrl+KeyY",
  "edit.redo2": "Ctrl+Shift+KeyZ",
  "size.up": "KeyI",
  "size.down": "KeyU",
  "view.zoomIn": "Equal",
  "view.zoomOut": "Minus",
  "view.fit": "Alt+Digit9",
  "view.straighten": "Alt+Digit0",
  "view.actual": "KeyN",
  "onion.before": "Slash",
  "film.next": "Period",
  "film.previous": "Comma",
  "film.first": "Alt+Comma",
  "film.last": "Alt+Period",
  "view.rotateLeft": "Home",
  "view.rotateRight": "End",
  "view.entropy": "KeyZ",
  "class.ignore": "Shift+KeyI",
  "cursor.toggle": "KeyL",
  "film.toggle": "KeyY",
  "beside.toggle": "Shift+KeyZ",
});

/** The letter rows seen in a mirror between G and H, as for a right hand that rests there. */
const MIRROR = mirrored(["KeyQ KeyP", "KeyW KeyO", "KeyE KeyI", "KeyR KeyU", "KeyT KeyY", "KeyA Semicolon", "KeyS KeyL",
  "KeyD KeyK", "KeyF KeyJ", "KeyG KeyH", "KeyZ Slash", "KeyX Period", "KeyC Comma", "KeyV KeyM", "KeyB KeyN"]);

/** Keys people know by heart stay where they are. */
const KEPT = new Set(["help", "cancel"]);

/** Name -> what the person reads and action -> chord, given the editor's own keys. */
export const PRESETS = Object.freeze({
  sakkan: { title: mark("Sakkan"), keys: (defaults) => defaults },
  clip_studio: { title: mark("Like Clip Studio Paint"), keys: () => CLIP_STUDIO },
  open_toonz: { title: mark("Like OpenToonz"), keys: () => OPEN_TOONZ },
  left_handed: { title: mark("Left-handed: keys under the right hand"), keys: leftHanded },
});

/** Chords without Ctrl or Alt move to the other half of the keyboard. */
function leftHanded(defaults) {
  const moved = Object.entries(defaults).filter(([action, chord]) => !KEPT.has(action) && !/Ctrl|Alt/.test(chord));
  return Object.fromEntries(moved.map(([action, chord]) => [action, mirrorChord(chord)]));
}

function mirrorChord(chord) {
  const parts = chord.split("+");
  const code = parts.pop();
  return [...parts, MIRROR.get(code) ?? code].join("+");
}

function mirrored(pairs) {
  const split = pairs.map((pair) => pair.split(" "));
  return new Map([...split, ...split.map(([left, right]) => [right, left])]);
}
