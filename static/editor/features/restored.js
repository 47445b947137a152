/** A view: what a model that sharpens made of the frame, in place of the frame, to look at. Tools go on reading the frame. */

import { t } from "../i18n.js";

const ASK_EVERY_MS = 1000;

export const feature = {
  name: "restored",
  settings: { restored: false },
  perFrame: ["restored"],
  keys: { "view.restored": "Alt+KeyR" },
  texts: { View: { "view.restored": "The restored picture in place of the frame" } },
  actions: ({ store }) => ({ "view.restored": () => store.doc && store.set({ restored: !store.settings.restored }) }),
  mount: (editor) => new Restored(editor).mount(),
};

class Restored {
  constructor(editor) {
    this.editor = editor;
    /** {picture, version} of the open frame, once it was looked at. */
    this.made = null;
    this.asking = null;
  }

  mount() {
    const { store, root } = this.editor;
    this.sign = root.querySelector("#restored-sign");
    this.by = root.querySelector("#restored-by");
    this.says = root.querySelector("#restored-says");
    store.on("open", () => this.#forget());
    store.on("settings", (changed) => "restored" in changed && this.#turn());
  }

  async #turn() {
    const { doc, settings } = this.editor.store;
    const mine = (this.asking = {});
    this.#say("");
    this.#show(false);
    if (!doc || !settings.restored) return;
    if (!this.made) {
      const made = await this.#make(doc.assignment.id, () => mine === this.asking).catch((error) => this.#failed(error, mine));
      if (mine !== this.asking) {
        made?.picture.close();
        return;
      }
      this.made = made;
    }
    this.#say("");
    this.#show(Boolean(this.made));
  }

  /** Have it made and wait for it. @returns {Promise<{picture: ImageBitmap, version: string} | null>} null when no longer wanted */
  async #make(id, wanted) {
    const { api, frames } = this.editor;
    const url = `/api/assignments/${id}/restored/`;
    let answer = await api.post(url, {});
    if (answer.state === "making") this.editor.dialogs.notice(t("This frame is being restored; the picture comes by itself."));
    while (answer.state === "making") {
      this.#say(t("Being restored: %(text)s", { text: answer.progress.text }));
      await new Promise((done) => setTimeout(done, ASK_EVERY_MS));
      if (!wanted()) return null;
      answer = await api.get(url);
    }
    if (answer.state !== "ready") throw Object.assign(new Error(answer.error || t("This frame could not be restored.")), { kind: "refused" });
    return { picture: await frames.load(answer.restored.url), version: answer.restored.model_version };
  }

  #show(shown) {
    const { renderer } = this.editor;
    renderer.instead = shown ? this.made.picture : null;
    this.sign.hidden = !shown;
    this.by.textContent = shown ? this.made.version : "";
    renderer.invalidateAll();
  }

  #say(text) {
    this.says.textContent = text;
    this.says.hidden = !text;
  }

  #failed(error, mine) {
    if (!error.kind) throw error;
    if (mine !== this.asking) return null;
    this.editor.dialogs.notice(error.message);
    this.editor.store.set({ restored: false });
    return null;
  }

  #forget() {
    this.asking = null;
    this.editor.renderer.instead = null;
    this.made?.picture.close();
    this.made = null;
  }
}
