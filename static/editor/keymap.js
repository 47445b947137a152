/** Keys by their place (`event.code`), so that they work with any layout and with a Japanese IME on. */

import { mark } from "./i18n.js";

/** Action -> chord: modifiers in the order Ctrl, Alt, Shift, then the code. Ctrl is also the Mac's Command. */
export const DEFAULT_KEYS = Object.freeze({
  "tool.brush": "KeyB",
  "tool.eraser": "KeyE",
  "tool.lasso": "KeyL",
  "tool.bucket": "KeyG",
  "bucket.by": "Shift+KeyG",
  "size.down": "BracketLeft",
  "size.up": "BracketRight",
  "edit.undo": "Ctrl+KeyZ",
  "edit.redo": "Ctrl+Shift+KeyZ",
  "edit.redo2": "Ctrl+KeyY",
  "view.zoomIn": "Equal",
  "view.zoomOut": "Minus",
  "view.fit": "KeyF",
  "view.actual": "Shift+KeyF",
  "view.labels": "KeyH",
  "view.difference": "KeyD",
  "view.draft": "Shift+KeyD",
  "view.entropy": "KeyU",
  "view.fainter": "Shift+BracketLeft",
  "view.stronger": "Shift+BracketRight",
  "work.save": "Ctrl+KeyS",
  "work.submit": "Ctrl+Enter",
  "work.later": "Shift+KeyL",
  "work.skip": "Shift+KeyK",
  "help": "Shift+Slash",
  "cancel": "Escape",
});

/** Actions that go on while the key is held. */
export const REPEATING = new Set([
  "size.down",
  "size.up",
  "edit.undo",
  "edit.redo",
  "edit.redo2",
  "view.zoomIn",
  "view.zoomOut",
  "view.fainter",
  "view.stronger",
]);

/** Action -> what the shortcut sheet says, by group. */
export const KEY_TEXTS = Object.freeze({
  Tools: {
    "tool.brush": mark("Brush"),
    "tool.eraser": mark("Eraser"),
    "tool.lasso": mark("Lasso, filled when lifted"),
    "tool.bucket": mark("Bucket"),
    "bucket.by": mark("Bucket bounded by colour or labels"),
    "size.down": mark("Smaller brush, lower tolerance"),
    "size.up": mark("Larger brush, higher tolerance"),
  },
  Changes: {
    "edit.undo": mark("Undo"),
    "edit.redo": mark("Redo"),
    "cancel": mark("Drop the stroke under way"),
  },
  View: {
    "view.zoomIn": mark("Closer"),
    "view.zoomOut": mark("Further away"),
    "view.fit": mark("Whole frame"),
    "view.actual": mark("Actual pixels"),
    "view.labels": mark("Hide or show labels"),
    "view.difference": mark("Difference from the draft"),
    "view.draft": mark("The draft alone"),
    "view.entropy": mark("Where the model was unsure"),
    "view.fainter": mark("Fainter labels"),
    "view.stronger": mark("Stronger labels"),
  },
  Frame: {
    "work.submit": mark("Submit, go on to the next frame"),
    "work.later": mark("Save for later"),
    "work.skip": mark("Skip with a reason"),
    "work.save": mark("Save now"),
    "help": mark("This sheet"),
  },
});

const MODIFIERS = /^(Ctrl\+)?(Alt\+)?(Shift\+)?/;

/** Keys of the number pad that mean the same as one of the main block. */
const PAD = { NumpadAdd: "Equal", NumpadSubtract: "Minus", NumpadEnter: "Enter", NumpadDivide: "Slash" };

/**
 * The chord of a key press; "" while only modifiers are down.
 * @param {{code: string, key?: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean}} event
 */
export function chordOf(event) {
  const code = codeOf(event);
  if (!code || /^(Control|Alt|Shift|Meta|CapsLock|NumLock)/.test(code)) return "";
  const modifiers = [
    (event.ctrlKey || event.metaKey) && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
  ].filter(Boolean);
  return [...modifiers, code].join("+");
}

/** The key's place. An input method leaves it alone ("Process" is only its `key`); screen keyboards send none. */
function codeOf({ code, key = "" }) {
  if (code) return PAD[code] ?? code.replace(/^Numpad(?=\d$)/, "Digit");
  if (/^[a-z]$/i.test(key)) return `Key${key.toUpperCase()}`;
  return /^\d$/.test(key) ? `Digit${key}` : "";
}

/** Whether a text is a chord as `chordOf` writes them. */
export function isChord(text) {
  return typeof text === "string" && /^[A-Z][A-Za-z0-9]*$/.test(text.replace(MODIFIERS, ""));
}

/** Chord -> action. */
export function actionsByChord(keys = DEFAULT_KEYS) {
  return new Map(Object.entries(keys).map(([action, chord]) => [chord, action]));
}

const NAMES = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Backquote: "`",
  Backslash: "\\",
  BracketLeft: "[",
  BracketRight: "]",
  Comma: ",",
  Delete: "Del",
  Equal: "+",
  Escape: "Esc",
  IntlRo: "\\",
  IntlYen: "¥",
  Minus: "-",
  PageDown: "Page ↓",
  PageUp: "Page ↑",
  Period: ".",
  Quote: "'",
  Semicolon: ";",
  Slash: "/",
};

/** What is printed on the keys of this keyboard, by code, where the browser tells. */
let layout = new Map();

/** @param {{get: (code: string) => string | undefined}} map as of `navigator.keyboard.getLayoutMap()` */
export function useLayout(map) {
  layout = map;
}

/** Key caps to print for a chord: "Ctrl+Shift+KeyZ" -> ["Ctrl", "Shift", "Z"]. */
export function keyCaps(chord) {
  if (chord === "Shift+Slash" && printed("Slash") === "/") return ["?"];
  return chord.split("+").map(printed);
}

function printed(part) {
  const seen = layout.get(part);
  // "=" is where "+" is typed: zooming in is "+" everywhere.
  if (seen && seen !== "=") return seen.toUpperCase();
  return NAMES[part] ?? part.replace(/^(Key|Digit)/, "");
}

/** Whether the person is typing, and keys are letters. */
export function isTyping(target) {
  if (!target?.closest) return false;
  // Until the next painting a closed dialog keeps the focus; what is pressed by then is meant for the editor.
  if (target.closest("dialog:not([open])")) return false;
  return Boolean(target.closest("textarea, select, dialog, input:not([type=range]):not([type=checkbox]):not([type=radio])"));
}

const OWN_KEYS = "input[type=range], input[type=radio], [role=tab], [role=toolbar], [role=grid], [role=option], [role=menuitem]";

/** Whether the focused control needs this key itself: arrows move its value, Space and Enter press it. */
export function isForControl(target, code) {
  if (!target?.closest) return false;
  if (/^(Arrow|Home|End|Page)/.test(code)) return Boolean(target.closest(OWN_KEYS));
  return /^(Space|Enter)$/.test(code) && Boolean(target.closest("button, a, input:not([type=range]), summary, [role=option]"));
}
