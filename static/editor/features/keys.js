/** Changing keys: a dialog in which every action is listed, a chord is pressed, taken from others, exported, imported. */

import { t } from "../i18n.js";
import { chordOf, keyCaps, useLayout } from "../keymap.js";
import { PRESETS } from "../presets.js";
import { make } from "../ui/dom.js";

const FILE_NAME = "sakkan-keys.json";

export const feature = {
  name: "keys",
  settings: { panelLeft: false },
  keys: { "keys.open": "Ctrl+Comma" },
  texts: { Frame: { "keys.open": "Change keys" } },
  actions: (editor) => ({ "keys.open": () => editor.keysDialog.open() }),
  mount(editor) {
    editor.keysDialog = new KeysDialog(editor);
    learnLayout(editor.controls);
    const side = () => (editor.root.body.dataset.panel = editor.store.settings.panelLeft ? "left" : "right");
    editor.store.on("settings", side);
    side();
  },
};

/** Where the browser tells what is printed on the keys, say that. */
async function learnLayout(controls) {
  const map = await navigator.keyboard?.getLayoutMap?.().catch(() => null);
  if (!map) return;
  useLayout(map);
  controls.label();
}

class KeysDialog {
  constructor({ root, bindings, texts }) {
    this.bindings = bindings;
    this.texts = texts;
    this.dialog = root.querySelector("#dialog-keys");
    this.list = this.dialog.querySelector("#keys-list");
    this.preset = this.dialog.querySelector("#keys-preset");
    this.preset.append(...Object.entries(PRESETS).map(([name, { title }]) => make("option", { value: name, text: t(title) })));
    this.recording = null;
    this.#listen();
  }

  open() {
    this.dialog.ownerDocument.querySelector("#dialog-help").close();
    this.#say("");
    this.#show();
    this.dialog.showModal();
  }

  #listen() {
    const on = (id, type, listener) => this.dialog.querySelector(id).addEventListener(type, listener);
    on("#keys-preset", "change", () => this.#usePreset());
    on("#keys-reset", "click", () => this.#resetAll());
    on("#keys-export", "click", () => this.#export());
    on("#keys-import", "click", () => this.dialog.querySelector("#keys-file").click());
    on("#keys-file", "change", (event) => this.#import(event.target));
    on("#keys-find", "input", () => this.#find());
    this.dialog.addEventListener("keydown", (event) => this.#keyDown(event), { capture: true });
    this.dialog.addEventListener("close", () => (this.recording = null));
    this.dialog.addEventListener("cancel", (event) => this.recording && event.preventDefault());
    this.bindings.onChange(() => this.dialog.open && this.#show());
  }

  #show() {
    const focused = document.activeElement?.dataset?.part;
    this.preset.value = this.bindings.preset;
    this.list.replaceChildren(...Object.entries(this.texts).map(([group, actions]) => this.#section(group, actions)));
    this.#find();
    if (focused) this.list.querySelector(`[data-part="${focused}"]`)?.focus();
  }

  #section(group, actions) {
    const rows = Object.entries(actions).map(([action, text]) => this.#row(action, t(text)));
    return make("section", {}, make("h3", { text: t(group) }), make("ul", {}, ...rows));
  }

  #row(action, text) {
    const chord = this.bindings.chord(action);
    const press = make("button.keys-press", {
      type: "button",
      data: { part: `press ${action}` },
      "aria-label": t("Key of “%(action)s”: %(key)s", { action: text, key: chord ? keyCaps(chord).join("+") : t("none") }),
      on: { click: () => this.#record(action, text, press), blur: () => this.#stop(press) },
    });
    press.append(...caps(chord));
    const drop = this.#button("drop", action, "×", t("No key for “%(action)s”", { action: text }), () => this.bindings.bind(action, ""));
    const back = this.#button("back", action, "↺", t("The preset's key for “%(action)s”", { action: text }), () => this.#reset(action));
    drop.disabled = !chord;
    back.disabled = !this.bindings.isChanged(action);
    return make("li", {}, make("span", { text }), press, drop, back);
  }

  #button(part, action, sign, title, act) {
    const given = { type: "button", text: sign, title, "aria-label": title, data: { part: `${part} ${action}` } };
    return make("button.keys-small", { ...given, on: { click: act } });
  }

  /** Wait for the new chord of an action. */
  #record(action, text, button) {
    this.recording = { action, text, button };
    button.classList.add("recording");
    button.replaceChildren(t("Press a key…"));
    this.#say(t("Press the new key of “%(action)s”. Escape leaves it as it is.", { action: text }));
  }

  #stop(button) {
    if (this.recording?.button !== button) return;
    this.recording = null;
    this.#say("");
    this.#show();
  }

  #keyDown(event) {
    if (!this.recording) return;
    const chord = chordOf(event);
    event.preventDefault();
    event.stopPropagation();
    const { action, text } = this.recording;
    if (!chord || event.repeat) return;
    this.recording = null;
    if (chord === "Escape") this.#say("");
    else this.#offer(action, text, chord);
    this.#show();
  }

  /** Give the action its chord, or ask when another would lose it. */
  #offer(action, text, chord) {
    const loser = this.bindings.conflict(chord, action);
    const bind = () => this.#bind(action, text, chord);
    if (!loser) {
      bind();
      return;
    }
    const key = keyCaps(chord).join("+");
    const question = t("%(key)s is the key of “%(loser)s”, which would have none.", { key, loser: this.#textOf(loser) });
    const take = make("button.btn", { type: "button", text: t("Take it"), on: { click: bind } });
    const leave = make("button.btn", { type: "button", text: t("Leave it"), on: { click: () => this.#say("") } });
    this.#say(question, take, leave);
    take.focus();
  }

  #bind(action, text, chord) {
    try {
      this.bindings.bind(action, chord);
      this.#say(t("“%(action)s” is now %(key)s.", { action: text, key: keyCaps(chord).join("+") }));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#say(error.message);
    }
    this.list.querySelector(`[data-part="press ${action}"]`)?.focus();
  }

  #reset(action) {
    this.bindings.reset(action);
    this.#say("");
  }

  #usePreset() {
    this.bindings.usePreset(this.preset.value);
    this.#say(t("Keys: %(preset)s.", { preset: t(PRESETS[this.bindings.preset].title) }));
  }

  #resetAll() {
    this.bindings.resetAll();
    this.#say(t("All keys are the preset's again."));
  }

  #export() {
    const url = URL.createObjectURL(new Blob([JSON.stringify(this.bindings, null, 2)], { type: "application/json" }));
    make("a", { href: url, download: FILE_NAME }).click();
    setTimeout(() => URL.revokeObjectURL(url), 0);
  }

  async #import(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    try {
      const count = this.bindings.load(await file.text());
      this.#say(t("%(count)s keys were taken from %(file)s.", { count, file: file.name }));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#say(error.message);
    }
  }

  /** Show only actions whose text or key holds what is looked for. */
  #find() {
    const wanted = this.dialog.querySelector("#keys-find").value.trim().toLowerCase();
    for (const row of this.list.querySelectorAll("li")) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    for (const section of this.list.children) section.hidden = !section.querySelector("li:not([hidden])");
  }

  #textOf(action) {
    const texts = Object.values(this.texts).find((actions) => action in actions);
    return t(texts?.[action] ?? action);
  }

  #say(text, ...more) {
    this.dialog.querySelector("#keys-message").replaceChildren(text, ...more);
  }
}

function caps(chord) {
  return chord ? keyCaps(chord).map((text) => make("kbd", { text })) : [make("span.quiet", { text: "–" })];
}
