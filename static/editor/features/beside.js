/** The frame's label of another kind laid over the picture, to look at and not to change: both labels of a frame at once. */

import { besidePixels, othersOf } from "../beside.js";
import { canvasOf } from "../film/looks.js";
import { mark, t } from "../i18n.js";
import { plainName } from "../kinds.js";
import { Layer } from "../ui/layer.js";

/** Origin of a label -> what is said of it. */
const ORIGINS = {
  accepted: mark("%(kind)s: accepted"),
  own: mark("%(kind)s: yours, not accepted yet"),
  draft: mark("%(kind)s: a model's draft"),
};

export const feature = {
  name: "beside",
  settings: { besideShown: false, besideOpacity: 80 },
  keys: { "beside.toggle": "KeyZ" },
  texts: { View: { "beside.toggle": "The frame's other label over the picture" } },
  actions: ({ store }) => ({ "beside.toggle": () => store.set({ besideShown: !store.settings.besideShown }) }),
  mount: (editor) => new Beside(editor).mount(),
};

class Beside {
  constructor(editor) {
    this.editor = editor;
    /** What lies over the frame: a picture in frame pixels a label. */
    this.shown = [];
    this.loading = null;
  }

  mount() {
    const { store, root } = this.editor;
    this.layer = new Layer(this.editor, "beside-labels", (context) => this.#paint(context), "grid");
    this.says = root.querySelector("#beside-says");
    store.on("open", () => {
      this.shown = [];
      this.#load();
    });
    store.on("settings", (changed) => {
      if ("besideShown" in changed) this.#load();
      else if ("besideOpacity" in changed && this.shown.length) this.layer.draw();
    });
  }

  async #load() {
    const { store, data } = this.editor;
    const { doc, settings } = store;
    const mine = (this.loading = {});
    const others = doc && settings.besideShown ? othersOf(doc.assignment, data.kinds) : [];
    this.#say(doc, others);
    if (!others.length) this.shown = [];
    else if (!this.shown.length) {
      const shown = await this.#pictures(doc, others).catch((error) => this.#failed(error));
      if (mine !== this.loading) return;
      this.shown = shown;
    }
    this.layer.show(this.shown.length > 0);
  }

  #pictures(doc, others) {
    const { width, height } = doc;
    return Promise.all(
      others.map(async ({ kind, url }) => {
        const pixels = besidePixels(await this.editor.api.label(url), kind, width);
        return canvasOf(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height));
      }),
    );
  }

  #say(doc, others) {
    const texts = others.map(({ kind, origin }) => t(ORIGINS[origin], { kind: plainName(kind.name) }));
    this.says.hidden = !doc || !this.editor.store.settings.besideShown;
    this.says.textContent = texts.join(", ") || t("This frame has no other label yet.");
  }

  #paint(context) {
    context.globalAlpha = this.editor.store.settings.besideOpacity / 100;
    for (const picture of this.shown) context.drawImage(picture, 0, 0);
    context.globalAlpha = 1;
  }

  #failed(error) {
    if (!error.kind) throw error;
    this.editor.dialogs.notice(error.message);
    return [];
  }
}
