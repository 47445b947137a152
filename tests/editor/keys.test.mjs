import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Bindings, presetKeys } from "../../static/editor/bindings.js";
import { FEATURES, merged } from "../../static/editor/features/index.js";
import { DEFAULT_KEYS, KEY_TEXTS, chordOf, isChord, isForControl, keyCaps, useLayout } from "../../static/editor/keymap.js";
import { PRESETS } from "../../static/editor/presets.js";

const KEYS = { "tool.brush": "KeyB", "tool.eraser": "KeyE", "tool.bucket": "KeyG", "view.fit": "KeyF", "edit.undo": "Ctrl+KeyZ", finish: "Enter", help: "Shift+Slash", idle: "" };

class Memory {
  kept = new Map();
  getItem = (key) => this.kept.get(key) ?? null;
  setItem = (key, value) => this.kept.set(key, value);
}

afterEach(() => useLayout(new Map()));

test("keys count by their place, with an input method on and without a code", () => {
  assert.equal(chordOf({ code: "KeyB", key: "Process" }), "KeyB");
  assert.equal(chordOf({ code: "KeyB", key: "ｂ", isComposing: true }), "KeyB");
  assert.equal(chordOf({ code: "", key: "b", shiftKey: true }), "Shift+KeyB");
  assert.equal(chordOf({ code: "", key: "7" }), "Digit7");
});

test("the number pad stands for the keys it repeats, and modifiers alone are no chord", () => {
  assert.equal(chordOf({ code: "Numpad3", key: "3" }), "Digit3");
  assert.equal(chordOf({ code: "NumpadAdd", key: "+", ctrlKey: true }), "Ctrl+Equal");
  for (const code of ["ShiftLeft", "ControlRight", "AltLeft", "MetaLeft"]) assert.equal(chordOf({ code, shiftKey: true }), "");
});

test("chords are told from other texts", () => {
  for (const chord of ["KeyA", "Ctrl+Alt+Shift+ArrowLeft", "F4"]) assert.ok(isChord(chord), chord);
  for (const text of ["", "a", "Shift+Ctrl+KeyA", "Ctrl+", "KeyA KeyB", null, 3]) assert.ok(!isChord(text), String(text));
});

test("key caps say what is printed on this keyboard", () => {
  assert.deepEqual(keyCaps("Ctrl+Equal"), ["Ctrl", "+"]);
  assert.deepEqual(keyCaps("Shift+Slash"), ["?"]);
  useLayout(new Map([["BracketLeft", "@"], ["KeyA", "q"], ["Slash", "-"], ["Equal", "="]]));
  assert.deepEqual([keyCaps("BracketLeft"), keyCaps("KeyA"), keyCaps("Shift+Slash"), keyCaps("Equal")], [["@"], ["Q"], ["Shift", "-"], ["+"]]);
});

test("a control keeps the keys it needs itself", () => {
  const on = (selector) => ({ closest: (list) => list.split(", ").includes(selector) });
  assert.ok(isForControl(on("input[type=range]"), "ArrowLeft"));
  assert.ok(isForControl(on("button"), "Space"));
  assert.ok(!isForControl(on("button"), "ArrowLeft"));
  assert.ok(!isForControl(on("div"), "Space"));
});

test("a new chord takes the key from whoever had it, and is kept", () => {
  const storage = new Memory();
  const keys = new Bindings(KEYS, storage);
  assert.equal(keys.conflict("KeyG", "tool.brush"), "tool.bucket");
  keys.bind("tool.brush", "KeyG");
  const again = new Bindings(KEYS, storage);
  assert.deepEqual([again.action("KeyG"), again.chord("tool.bucket"), again.action("KeyB")], ["tool.brush", "", undefined]);
});

test("people who share a browser have their own keys", () => {
  const storage = new Memory();
  new Bindings(KEYS, storage, "mio").bind("tool.brush", "KeyQ");
  assert.equal(new Bindings(KEYS, storage, "aki").chord("tool.brush"), "KeyB");
  assert.equal(new Bindings(KEYS, storage, "mio").chord("tool.brush"), "KeyQ");
});

test("one key or all go back to the preset's", () => {
  const keys = new Bindings(KEYS);
  keys.bind("tool.brush", "KeyG");
  keys.reset("tool.bucket");
  assert.deepEqual([keys.chord("tool.bucket"), keys.chord("tool.brush")], ["KeyG", ""]);
  keys.resetAll();
  assert.deepEqual(keys.keys, KEYS);
});

test("keys the browser needs are refused with a sentence", () => {
  const keys = new Bindings(KEYS);
  for (const chord of ["Ctrl+KeyW", "Tab", "Space", "Shift+Enter", "F5", "rubbish"]) {
    assert.throws(() => keys.bind("tool.brush", chord), (error) => error instanceof RangeError && error.message.endsWith("."));
  }
  keys.bind("tool.brush", "Ctrl+Enter");
  assert.equal(keys.action("Ctrl+Enter"), "tool.brush");
});

test("exported keys come in again in another browser, unknown actions are passed over", () => {
  const keys = new Bindings(KEYS);
  keys.usePreset("open_toonz");
  keys.bind("tool.brush", "KeyQ");
  keys.bind("view.fit", "");
  const file = JSON.parse(JSON.stringify(keys));
  file.keys["tool.of.tomorrow"] = "KeyT";
  const other = new Bindings(KEYS);
  assert.equal(other.load(JSON.stringify(file)), Object.keys(KEYS).length);
  assert.deepEqual([other.keys, other.preset], [keys.keys, "open_toonz"]);
});

test("a file that is none is refused and changes nothing", () => {
  const keys = new Bindings(KEYS);
  const bad = ["", "[]", "null", '{"format": "sakkan-keys"}', '{"format": "sakkan-keys", "keys": {"help": "?"}}'];
  const twice = JSON.stringify({ format: "sakkan-keys", keys: { help: "KeyA", "tool.brush": "KeyA" } });
  const space = JSON.stringify({ format: "sakkan-keys", keys: { help: "Space" } });
  for (const text of [...bad, twice, space]) assert.throws(() => keys.load(text), RangeError);
  assert.deepEqual(keys.keys, KEYS);
});

test("rubbish in the storage is no reason not to draw", () => {
  for (const text of ["{", "null", '{"preset": "gone", "changes": {"help": "no chord"}}']) {
    const storage = new Memory();
    storage.setItem("sakkan.editor.keys", text);
    assert.deepEqual(new Bindings(KEYS, storage).keys, KEYS);
  }
});

test("a preset gives its keys precedence and leaves the others alone", () => {
  const keys = new Bindings(KEYS);
  keys.usePreset("open_toonz");
  assert.deepEqual([keys.chord("tool.bucket"), keys.chord("view.fit"), keys.chord("tool.eraser")], ["KeyF", "Alt+Digit9", "KeyE"]);
  keys.usePreset("left_handed");
  assert.deepEqual([keys.chord("tool.brush"), keys.chord("edit.undo"), keys.chord("help")], ["KeyN", "Ctrl+KeyZ", "Shift+Slash"]);
});

const ALL = { ...DEFAULT_KEYS, ...merged("keys") };

test("no two actions of the editor have one key, in any preset", () => {
  for (const [name, preset] of Object.entries(PRESETS)) {
    const chords = Object.values(preset.keys(ALL)).filter(Boolean);
    assert.deepEqual(chords.filter((chord, at) => chords.indexOf(chord) !== at), [], name);
  }
});

test("no preset leaves an action without a key that has one, or names actions that are none", () => {
  for (const [name, preset] of Object.entries(PRESETS)) {
    const keys = presetKeys(ALL, name);
    assert.deepEqual(Object.keys(ALL).filter((action) => ALL[action] && !keys[action]), [], name);
    assert.deepEqual(Object.keys(preset.keys(ALL)).filter((action) => !(action in ALL)), [], name);
  }
});

test("what has a key stands on the shortcut sheet, and can so be given another", () => {
  const told = [KEY_TEXTS, ...FEATURES.map(({ texts }) => texts ?? {})].flatMap((groups) => Object.values(groups).flatMap(Object.keys));
  const second = ["edit.redo2"];
  assert.deepEqual(Object.keys(ALL).filter((action) => !told.includes(action) && !second.includes(action)), []);
});
