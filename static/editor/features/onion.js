/** Onion skin: the drawings before and after over one's own, their labels as outlines or their pictures, moved by the pan. */

import { cutOf, panTo } from "../film/cut.js";
import { AFTER_COLOR, BEFORE_COLOR, Looks, outlinePicture } from "../film/looks.js";
import { Layer } from "../ui/layer.js";

const SIDES = [
  { side: -1, setting: "onionBefore", color: BEFORE_COLOR },
  { side: 1, setting: "onionAfter", color: AFTER_COLOR },
];

export const feature = {
  name: "onion",
  settings: { onionBefore: false, onionAfter: false, onionShows: "labels", onionOpacity: 60 },
  keys: { "onion.before": "KeyO", "onion.after": "Shift+KeyO", "onion.shows": "Alt+KeyO" },
  texts: {
    "The cut": {
      "onion.before": "Onion skin of the drawing before",
      "onion.after": "Onion skin of the next drawing",
      "onion.shows": "Onion skin of labels or of pictures",
    },
  },
  actions({ store }) {
    const { settings } = store;
    return {
      "onion.before": () => store.set({ onionBefore: !settings.onionBefore }),
      "onion.after": () => store.set({ onionAfter: !settings.onionAfter }),
      "onion.shows": () => store.set({ onionShows: settings.onionShows === "labels" ? "pictures" : "labels" }),
    };
  },
  mount: (editor) => new Onion(editor).mount(),
};

const OWN = ["onionBefore", "onionAfter", "onionShows", "onionOpacity"];

class Onion {
  constructor(editor) {
    this.editor = editor;
    this.looks = new Looks(editor.api, editor.frames);
    /** What lies over the frame: {skin, x, y}, skin a picture in frame pixels. */
    this.skins = [];
    this.loading = null;
  }

  mount() {
    const { store, root } = this.editor;
    this.layer = new Layer(this.editor, "onion-skins", (context) => this.#paint(context), "grid");
    this.missing = root.querySelector("#onion-missing");
    store.on("open", () => {
      this.looks.clear();
      this.#load();
    });
    store.on("settings", (changed) => {
      if (OWN.some((name) => name in changed)) this.#load();
    });
  }

  async #load() {
    const { doc, settings } = this.editor.store;
    const wanted = doc ? SIDES.filter(({ setting }) => settings[setting]) : [];
    const mine = (this.loading = {});
    const skins = wanted.length ? await this.#skins(doc, wanted).catch((error) => this.#failed(error)) : [];
    if (mine !== this.loading) return;
    this.skins = skins.filter(Boolean);
    this.missing.hidden = this.skins.length === wanted.length;
    this.layer.show(this.skins.length > 0);
  }

  async #skins(doc, wanted) {
    const cut = cutOf(doc, this.editor.api);
    await cut.open();
    return Promise.all(wanted.map(({ side, color }) => this.#skin(doc, cut, cut.current + side, color)));
  }

  /** @returns {Promise<object | null>} null where there is no such drawing, or it has no label to show */
  async #skin(doc, cut, position, color) {
    const drawing = await cut.load(position);
    if (!drawing || drawing.width !== doc.width || drawing.height !== doc.height) return null;
    const pan = panTo(cut, position);
    if (this.editor.store.settings.onionShows !== "labels") return { skin: await this.looks.picture(drawing), ...pan };
    const values = await this.looks.values(drawing);
    return values && { skin: outlinePicture(values, doc, color), ...pan };
  }

  #paint(context) {
    const { onionOpacity, onionShows } = this.editor.store.settings;
    // Two pictures at once would hide one's own below.
    const share = onionShows === "labels" ? 1 : 0.6;
    context.globalAlpha = (onionOpacity / 100) * share;
    for (const { skin, x, y } of this.skins) context.drawImage(skin, x, y);
    context.globalAlpha = 1;
  }

  #failed(error) {
    if (!error.kind) throw error;
    this.editor.dialogs.notice(error.message);
    return [];
  }
}
