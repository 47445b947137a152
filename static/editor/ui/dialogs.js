/** The calm questions: what to do about two versions, why a frame is skipped, which keys there are. */

import { t } from "../i18n.js";
import { keyCaps } from "../keymap.js";
import { countDifferent } from "../plane.js";
import { differenceAt, labelColors } from "../render/colors.js";
import { paintRect } from "../render/paint.js";

const NOTICE_MS = 6000;

export class Dialogs {
  /**
   * @param {Document} root
   * @param {string} queueUrl
   * @param {{keys: import("../bindings.js").Bindings, texts: Record<string, Record<string, string>>}} sheet what the
   *   shortcut sheet says: the current keys, and by group and action what they do
   */
  constructor(root, queueUrl, { keys, texts }) {
    this.root = root;
    this.queueUrl = queueUrl;
    this.sheet = { keys, texts };
    root.querySelector("#dialog-skip form").addEventListener("change", ({ currentTarget: form }) => {
      form.elements.note.required = form.elements.reason.value === "other";
    });
    for (const button of root.querySelectorAll("dialog [data-close]")) {
      button.addEventListener("click", () => button.closest("dialog").close(button.value));
    }
  }

  get anyOpen() {
    return Boolean(this.root.querySelector("dialog[open]"));
  }

  /** The shortcut sheet, with the keys as they are now. */
  help() {
    this.root.querySelector("#help-keys").replaceChildren(...sheetSections(this.sheet));
    this.#dialog("help").showModal();
  }

  /** A line that goes away by itself. */
  notice(text) {
    const line = this.root.querySelector("#notice");
    line.textContent = text;
    line.hidden = false;
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => (line.hidden = true), NOTICE_MS);
  }

  /** The frame cannot be drawn on: say why, offer the queue. */
  async refused(message) {
    const dialog = this.#dialog("refused");
    dialog.querySelector("[data-message]").textContent = message;
    if ((await ask(dialog)) === "queue") location.assign(this.queueUrl);
  }

  /** @returns {Promise<{reason: string, note: string} | null>} */
  async skip() {
    const dialog = this.#dialog("skip");
    const form = dialog.querySelector("form");
    form.reset();
    form.elements.note.required = false;
    if ((await ask(dialog)) !== "skip") return null;
    const data = new FormData(form);
    return { reason: data.get("reason"), note: data.get("note") };
  }

  /**
   * Show two versions of a frame.
   * @param {{doc: object, mine: Uint8Array, theirs: Uint8Array, compared: [Uint8Array, Uint8Array], message: string}} versions
   *   compared: what the difference is counted and shown of
   * @returns {Promise<"mine" | "theirs">}
   */
  async conflict({ doc, mine, theirs, compared, message }) {
    const dialog = this.#dialog("conflict");
    dialog.querySelector("[data-message]").textContent = message;
    const pixels = countDifferent(...compared).toLocaleString();
    dialog.querySelector("[data-different]").textContent = t("They differ in %(pixels)s pixels.", { pixels });
    const labels = labelColors(doc.kind, 0.6);
    const canvas = dialog.querySelector("[data-picture=difference]");
    const difference = differenceAt(...compared, { width: doc.width, opacity: 0.9, scale: canvas.width / doc.width });
    picture(dialog.querySelector("[data-picture=mine]"), doc, (index) => labels[mine[index]]);
    picture(dialog.querySelector("[data-picture=theirs]"), doc, (index) => labels[theirs[index]]);
    picture(canvas, doc, difference);
    return (await ask(dialog, { mustAnswer: true })) === "theirs" ? "theirs" : "mine";
  }

  /** @param {object[]} works put aside @returns {Promise<object | null>} the one to take */
  async backups(works) {
    const dialog = this.#dialog("backups");
    const list = dialog.querySelector("ul");
    list.replaceChildren(...works.map((work) => backupLine(work, dialog)));
    dialog.querySelector("[data-empty]").hidden = works.length > 0;
    const id = await ask(dialog);
    return works.find((work) => work.id === id) ?? null;
  }

  #dialog(name) {
    return this.root.querySelector(`#dialog-${name}`);
  }
}

/** Show a dialog and wait for its answer; one that must be answered does not close on Escape. */
function ask(dialog, { mustAnswer = false } = {}) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const block = (event) => mustAnswer && event.preventDefault();
    dialog.addEventListener("cancel", block);
    dialog.addEventListener(
      "close",
      () => {
        dialog.removeEventListener("cancel", block);
        resolve(dialog.returnValue);
      },
      { once: true },
    );
  });
}

/** The frame with labels over it, as large as the canvas is wide. */
function picture(canvas, doc, colorAt) {
  const scale = canvas.width / doc.width;
  canvas.height = Math.max(1, Math.round(doc.height * scale));
  const context = canvas.getContext("2d");
  context.drawImage(doc.image, 0, 0, canvas.width, canvas.height);
  const data = new ImageData(canvas.width, canvas.height);
  const rect = { x0: 0, y0: 0, x1: canvas.width, y1: canvas.height };
  paintRect(new Uint32Array(data.data.buffer), rect, { x: 0, y: 0, scale }, doc, colorAt);
  const overlay = new OffscreenCanvas(canvas.width, canvas.height);
  overlay.getContext("2d").putImageData(data, 0, 0);
  context.drawImage(overlay, 0, 0);
}

function backupLine(work, dialog) {
  const line = document.createElement("li");
  const text = document.createElement("span");
  text.textContent = `${work.kept} · ${new Date(work.updatedAt).toLocaleString()}`;
  const button = document.createElement("button");
  button.className = "btn";
  button.type = "button";
  button.textContent = t("Take this one");
  button.addEventListener("click", () => dialog.close(work.id));
  line.append(text, button);
  return line;
}

function sheetSections({ keys, texts }) {
  return Object.entries(texts).map(([group, actions]) => {
    const section = document.createElement("section");
    const title = document.createElement("h3");
    title.textContent = t(group);
    const list = document.createElement("dl");
    for (const [action, text] of Object.entries(actions)) list.append(sheetLine(keys.chord(action), t(text)));
    section.append(title, list);
    return section;
  });
}

function sheetLine(chord, text) {
  const keys = document.createElement("dt");
  for (const cap of chord ? keyCaps(chord) : ["–"]) {
    const key = document.createElement(chord ? "kbd" : "span");
    key.textContent = cap;
    keys.append(key);
  }
  const meaning = document.createElement("dd");
  meaning.textContent = text;
  const line = document.createElement("div");
  line.append(keys, meaning);
  return line;
}
