/**
 * The cut as a film strip, and flipping through it. Flipping shows another drawing in place of one's own, read only and
 * under the same view, as paint programs do: pressing the pen or Escape is back at one's own, Enter goes there to draw.
 */

import { t } from "../i18n.js";
import { cutOf } from "../film/cut.js";
import { Looks, labelPicture } from "../film/looks.js";
import { Strip } from "../film/strip.js";
import { Layer } from "../ui/layer.js";

export const feature = {
  name: "film",
  settings: { filmOpen: true },
  keys: {
    "film.toggle": "KeyT",
    "film.previous": "ArrowLeft",
    "film.next": "ArrowRight",
    "film.first": "Home",
    "film.last": "End",
    "film.open": "",
    "film.back": "",
  },
  repeating: ["film.previous", "film.next"],
  texts: {
    "The cut": {
      "film.previous": "Look at the drawing before",
      "film.next": "Look at the next drawing",
      "film.first": "Look at the cut's first drawing",
      "film.last": "Look at the cut's last drawing",
      "film.open": "Go to the drawing that is looked at (also Enter)",
      "film.back": "Back to one's own drawing (also Escape)",
      "film.toggle": "Film strip",
    },
  },
  actions(editor) {
    const film = (editor.film ??= new Film(editor));
    return {
      "film.toggle": () => film.toggle(),
      "film.previous": () => film.step(-1),
      "film.next": () => film.step(1),
      "film.first": () => film.look(0),
      "film.last": () => film.look(Infinity),
      "film.open": () => film.openShown(),
      "film.back": () => film.back(),
    };
  },
  mount: (editor) => editor.film.mount(),
};

class Film {
  constructor(editor) {
    this.editor = editor;
    this.looks = new Looks(editor.api, editor.frames);
    /** What is shown instead of one's own drawing: {position, drawing, picture, labels}; null for one's own. */
    this.shown = null;
    this.wanted = null;
  }

  mount() {
    const { root, store, stage } = this.editor;
    this.part = (id) => root.querySelector(`#${id}`);
    this.strip = new Strip(this.part("film-track"), {
      chosen: (position) => this.look(position),
      opened: (position) => this.look(position).then(() => this.openShown()),
    });
    this.layer = new Layer(this.editor, "film-look", (context, viewport) => this.#paint(context, viewport));
    store.on("open", (doc) => this.#opened(doc));
    store.on("settings", () => this.#showOpen());
    store.on("change", () => this.back());
    // Caught before the canvas gets it: a press that means "enough looked" must not draw.
    stage.parentElement.addEventListener("pointerdown", (event) => this.#pressed(event), { capture: true });
    root.addEventListener("keydown", (event) => this.#key(event), { capture: true });
    this.#showOpen();
  }

  /** Whether another drawing is shown than one's own. */
  get away() {
    return this.shown !== null;
  }

  toggle() {
    const { store } = this.editor;
    store.set({ filmOpen: !store.settings.filmOpen });
  }

  async step(direction) {
    const cut = await this.#opening();
    if (cut) await this.look((this.wanted ?? cut.current) + direction);
  }

  /** Look at the drawing at a position of the cut; one's own is a position like any other. */
  async look(position) {
    const cut = await this.#opening();
    if (!cut || this.editor.strokes.current) return;
    this.wanted = Math.max(0, Math.min(cut.total - 1, position));
    if (this.wanted === cut.current) {
      this.back();
      return;
    }
    this.strip.mark(this.wanted);
    await this.#show(cut, this.wanted).catch((error) => this.#failed(error));
  }

  /** Show one's own drawing again. */
  back() {
    if (!this.away && this.wanted === null) return;
    this.wanted = null;
    if (this.cut?.total) this.strip.mark(this.cut.current);
    if (!this.away) return;
    this.shown = null;
    this.layer.show(false);
    this.#tell();
  }

  /** Go to the drawing that is looked at; one's own is saved first. */
  async openShown() {
    const { drawing } = this.shown ?? {};
    if (!drawing) return;
    if (!drawing.page) {
      this.editor.dialogs.notice(this.#whyClosed(drawing));
      return;
    }
    const { api, session } = this.editor;
    try {
      await session.save();
      await this.editor.open(await api.assignment(drawing.assignment));
      history.replaceState(null, "", drawing.page);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** The cut, once it is known; null while the server cannot be asked. */
  async #opening() {
    const { cut } = this;
    const known = await cut?.open().catch((error) => this.#failed(error));
    return known && cut === this.cut ? cut : null;
  }

  async #show(cut, position) {
    const drawing = await cut.load(position);
    if (!this.#still(cut, position)) return;
    const [picture, values] = await Promise.all([this.looks.picture(drawing), this.looks.values(drawing)]);
    if (!this.#still(cut, position)) return;
    const { doc, settings } = this.editor.store;
    const { width, height } = drawing;
    const labels = values && labelPicture(values, { kind: doc.kind, width, height }, settings.opacity);
    this.shown = { position, drawing, picture, labels };
    this.layer.show(true);
    this.#tell();
    this.#ahead(cut, position);
  }

  #still(cut, position) {
    return cut === this.cut && this.wanted === position;
  }

  /** The next one in either direction is there when the key is pressed again. */
  #ahead(cut, position) {
    for (const next of [position + 1, position - 1]) {
      const drawing = cut.at(next);
      if (!drawing || drawing.current) continue;
      this.looks.picture(drawing).catch(() => {});
      this.looks.values(drawing).catch(() => {});
    }
  }

  #paint(context) {
    const { picture, labels } = this.shown;
    const { settings } = this.editor.store;
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#26282d";
    context.fillRect(0, 0, context.canvas.width, context.canvas.height);
    context.restore();
    context.drawImage(picture, 0, 0);
    if (labels && settings.visible) context.drawImage(labels, 0, 0);
  }

  async #opened(doc) {
    this.back();
    this.looks.clear();
    this.cut = cutOf(doc, this.editor.api);
    const cut = await this.#opening();
    if (!cut) return;
    this.strip.take(cut);
    this.#tell();
  }

  #tell() {
    const { root } = this.editor;
    const { cut, shown } = this;
    const number = (shown?.position ?? cut.current) + 1;
    const where = t("Drawing %(number)s of %(total)s", { number, total: cut.total });
    this.part("film-where").textContent = shown ? `${where}, ${t("only to look at")}` : where;
    this.part("film-preview").hidden = !shown;
    root.body.dataset.film = shown ? "away" : "here";
    root.querySelector("#film-preview [data-action='film.open']").disabled = !shown?.drawing.page;
    root.querySelector("#film-preview [data-action='carry.shown']").disabled = !shown?.drawing.label_url;
  }

  #showOpen() {
    const { filmOpen } = this.editor.store.settings;
    this.part("film-track").hidden = !filmOpen;
    this.editor.root.querySelector("[data-action='film.toggle']").setAttribute("aria-expanded", String(filmOpen));
    if (filmOpen && this.cut?.total) this.strip.mark(this.wanted ?? this.cut.current);
  }

  #whyClosed({ state }) {
    const reasons = {
      submitted: t("This drawing waits for review."),
      labelled: t("This drawing has its label already."),
      skipped: t("This drawing was skipped."),
      none: t("This drawing is not in the queue."),
    };
    return reasons[state] ?? t("Somebody else holds this drawing.");
  }

  #failed(error) {
    if (!error.kind) throw error;
    this.wanted = this.shown?.position ?? null;
    this.editor.dialogs.notice(error.message);
  }

  #pressed(event) {
    const moves = event.button === 1 || this.editor.pointer.spaceHeld || event.pointerType === "touch";
    if (!this.away || moves || !this.editor.stage.contains(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    this.back();
  }

  #key(event) {
    const act = { Enter: "film.open", NumpadEnter: "film.open", Escape: "film.back" }[event.code];
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
    if (!this.away || !act || !plain || this.editor.dialogs.anyOpen) return;
    if (event.target.closest?.("button, a, input, textarea, select") && event.code !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.editor.act(act);
  }
}
