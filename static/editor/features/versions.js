/** Every state of the frame's label: versions handed in and earlier states of the drawing, to compare and to take again. */

import { mark, t } from "../i18n.js";
import { countDifferent } from "../plane.js";
import { labelPicture } from "../film/looks.js";
import { differenceAt } from "../render/colors.js";
import { make } from "../ui/dom.js";

const ACTIONS = {
  submit: mark("Handed in"),
  return: mark("Returned"),
  restore: mark("Restored"),
  import: mark("Imported"),
  reopen: mark("Sent back to review"),
  conflict: mark("Saved second"),
  taken_over: mark("Continued by somebody else"),
  earlier: mark("Earlier state"),
};

export const feature = {
  name: "versions",
  keys: { "versions.show": "Alt+KeyH", "versions.keep": "Ctrl+Shift+KeyS" },
  texts: {
    Frame: {
      "versions.show": "Versions of this frame",
      "versions.keep": "Keep the drawing as it is now among its versions",
    },
  },
  actions(editor) {
    const versions = (editor.versions ??= new Versions(editor));
    return {
      "versions.show": () => versions.open(),
      "versions.keep": () => versions.keep(),
    };
  },
  mount: (editor) => editor.versions.mount(),
};

class Versions {
  constructor(editor) {
    this.editor = editor;
    this.all = [];
    this.compared = null;
  }

  mount() {
    const { root, store } = this.editor;
    this.list = root.querySelector("#versions-list");
    this.empty = root.querySelector("#versions-empty");
    this.dialog = root.querySelector("#dialog-version");
    this.dialog.querySelector("[data-restore]").addEventListener("click", () => this.#restoreCompared());
    root.querySelector("#tab-frame").addEventListener("click", () => this.load());
    store.on("open", () => this.#opened());
  }

  /** Show the list. */
  async open() {
    this.editor.tabs.show("frame");
    await this.load();
    this.list.querySelector("button")?.focus();
  }

  /** Save, and keep what is saved among the versions. */
  async keep() {
    const { store, dialogs } = this.editor;
    const { doc } = store;
    if (!doc || doc.readOnly) return;
    if (!(await this.#kept(doc).catch((error) => this.#failed(error)))) return;
    dialogs.notice(t("Kept among the versions."));
    await this.load();
  }

  /** Ask the server for what there is. */
  async load() {
    const { api, store } = this.editor;
    const { doc } = store;
    if (!doc) return;
    const found = await api.get(doc.assignment.urls.revisions).catch((error) => this.#failed(error));
    if (!found || doc !== store.doc) return;
    this.all = found;
    this.list.replaceChildren(...found.map((version) => this.#line(version)));
    this.empty.hidden = found.length > 0;
  }

  #opened() {
    this.all = [];
    this.list.replaceChildren();
    this.empty.hidden = false;
    const shown = this.editor.root.querySelector("#tab-frame").getAttribute("aria-selected") === "true";
    if (shown) this.load();
  }

  async #kept(doc) {
    const { api, session } = this.editor;
    if (!(await session.save())) {
      this.editor.dialogs.notice(t("This cannot be saved at the moment; try again later."));
      return false;
    }
    await api.post(doc.assignment.urls.revisions, {});
    return true;
  }

  #line(version) {
    const name = versionName(version);
    const facts = [version.author, new Date(version.created_at).toLocaleString(), minutes(version.active_seconds)];
    return make(
      "li",
      {},
      make("img", { src: version.thumb_url, alt: "", loading: "lazy", width: 96 }),
      make(
        "div",
        {},
        make("strong", { text: name }),
        version.accepted ? make("span.tag", { text: t("accepted") }) : "",
        make("p.quiet", { text: facts.filter(Boolean).join(" · ") }),
        version.comment ? make("p.quiet", { text: version.comment }) : "",
        make("button.link", { type: "button", text: t("Compare…"), "aria-label": t("Compare with %(name)s", { name }), on: { click: () => this.#compare(version) } }),
        this.editor.store.doc.readOnly
          ? ""
          : make("button.link", { type: "button", text: t("Restore"), "aria-label": t("Restore %(name)s", { name }), title: t("Take this one; what you have now is kept"), on: { click: () => this.#restore(version) } }),
      ),
    );
  }

  async #compare(version) {
    const { session, store } = this.editor;
    const { doc } = store;
    const then = await session.fetch(session.urlOf(version)).catch((error) => this.#failed(error));
    if (!then || doc !== store.doc) return;
    this.compared = version;
    const now = session.content();
    const compared = session.compared(now, then);
    const { dialog } = this;
    dialog.querySelector("[data-name]").textContent = versionName(version);
    const pixels = countDifferent(...compared).toLocaleString();
    dialog.querySelector("[data-different]").textContent = t("They differ in %(pixels)s pixels.", { pixels });
    dialog.querySelector("[data-restore]").hidden = doc.readOnly;
    drawLabel(dialog.querySelector("[data-picture=now]"), doc, labelPicture(session.flat(now), session.shown, 0.6));
    drawLabel(dialog.querySelector("[data-picture=then]"), doc, labelPicture(session.flat(then), session.shown, 0.6));
    drawLabel(dialog.querySelector("[data-picture=difference]"), doc, differencePicture(doc, compared));
    dialog.showModal();
  }

  #restoreCompared() {
    this.dialog.close();
    if (this.compared) this.#restore(this.compared);
  }

  /** What is there now is kept first, on the server and as a step to undo. */
  async #restore(version) {
    const { session, store, strokes, dialogs } = this.editor;
    const { doc } = store;
    if (!doc || doc.readOnly) return;
    try {
      const [content] = await Promise.all([session.fetch(session.urlOf(version)), this.#keepDrawn(doc)]);
      if (doc !== store.doc) return;
      session.restore(content, strokes);
      dialogs.notice(t("%(name)s was taken; undo brings yours back.", { name: versionName(version) }));
      await this.load();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #keepDrawn(doc) {
    if (this.editor.session.saver.version > 0 || !this.editor.session.saver.clean) await this.#kept(doc);
  }

  #failed(error) {
    if (!error.kind) throw error;
    this.editor.dialogs.notice(error.message);
    return null;
  }
}

function versionName({ number, action }) {
  const what = t(ACTIONS[action] ?? action);
  return number === null ? what : t("%(what)s, version %(number)s", { what, number });
}

function minutes(seconds) {
  if (!seconds) return "";
  return seconds < 60 ? t("%(n)s s", { n: Math.round(seconds) }) : t("%(n)s min", { n: Math.round(seconds / 60) });
}

/** About how wide the pictures are shown, in px: the hatching is made for that. */
const SHOWN_WIDTH = 400;

function differencePicture(doc, compared) {
  const look = differenceAt(...compared, { width: doc.width, opacity: 0.9, scale: SHOWN_WIDTH / doc.width });
  const data = new ImageData(doc.width, doc.height);
  const pixels = new Uint32Array(data.data.buffer);
  for (let i = 0; i < pixels.length; i++) pixels[i] = look(i);
  const canvas = new OffscreenCanvas(doc.width, doc.height);
  canvas.getContext("2d").putImageData(data, 0, 0);
  return canvas;
}

/** The frame with a label over it, as large as the canvas is wide. */
function drawLabel(canvas, { image, width, height }, label) {
  canvas.height = Math.max(1, Math.round((canvas.width * height) / width));
  const context = canvas.getContext("2d");
  for (const picture of [image, label]) context.drawImage(picture, 0, 0, canvas.width, canvas.height);
}
