/** Keys by their place (`event.code`), so that they work with any layout and with a Japanese IME on. */

/** Action -> chord: modifiers in the order Ctrl, Alt, Shift, then the code. Ctrl is also the Mac's Command. */
export const DEFAULT_KEYS = Object.freeze({
  "tool.brush": "KeyB",
  "tool.eraser": "KeyE",
  "tool.lasso": "KeyL",
  "tool.bucket": "KeyG",
  "bucket.by": "Shift+KeyG",
  "size.down": "BracketLeft",
  "size.up": "BracketRight",
  "class.cel": "Digit1",
  "class.background": "Digit0",
  "class.ignore": "KeyI",
  "class.swap": "KeyX",
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
    "tool.brush": "Brush",
    "tool.eraser": "Eraser",
    "tool.lasso": "Lasso, filled when lifted",
    "tool.bucket": "Bucket",
    "bucket.by": "Bucket bounded by colour or labels",
    "size.down": "Smaller brush, lower tolerance",
    "size.up": "Larger brush, higher tolerance",
    "class.cel": "Draw cel",
    "class.background": "Draw background",
    "class.ignore": "Draw ignore (undecidable)",
    "class.swap": "Swap cel and background",
  },
  Changes: {
    "edit.undo": "Undo",
    "edit.redo": "Redo",
    "cancel": "Drop the stroke under way",
  },
  View: {
    "view.zoomIn": "Closer",
    "view.zoomOut": "Further away",
    "view.fit": "Whole frame",
    "view.actual": "Actual pixels",
    "view.labels": "Hide or show labels",
    "view.difference": "Difference from the draft",
    "view.draft": "The draft alone",
    "view.entropy": "Where the model was unsure",
    "view.fainter": "Fainter labels",
    "view.stronger": "Stronger labels",
  },
  Frame: {
    "work.submit": "Submit, go on to the next frame",
    "work.later": "Save for later",
    "work.skip": "Skip with a reason",
    "work.save": "Save now",
    "help": "This sheet",
  },
});

/**
 * The chord of a key press.
 * @param {{code: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, shiftKey?: boolean}} event
 */
export function chordOf(event) {
  const modifiers = [
    (event.ctrlKey || event.metaKey) && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
  ].filter(Boolean);
  return [...modifiers, event.code].join("+");
}

/** Chord -> action. */
export function actionsByChord(keys = DEFAULT_KEYS) {
  return new Map(Object.entries(keys).map(([action, chord]) => [chord, action]));
}

const NAMES = {
  BracketLeft: "[",
  BracketRight: "]",
  Equal: "+",
  Minus: "-",
  Slash: "/",
  Escape: "Esc",
  "Shift+Slash": "?",
};

/** Key caps to print for a chord: "Ctrl+Shift+KeyZ" -> ["Ctrl", "Shift", "Z"]. */
export function keyCaps(chord) {
  if (NAMES[chord]) return [NAMES[chord]];
  return chord.split("+").map((part) => NAMES[part] ?? part.replace(/^(Key|Digit)/, ""));
}

/** Whether the person is typing, and keys are letters. */
export function isTyping(target) {
  if (!target?.closest) return false;
  return Boolean(target.closest("textarea, select, dialog, input:not([type=range]):not([type=checkbox]):not([type=radio])"));
}
