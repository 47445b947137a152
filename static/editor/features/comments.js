/** Remarks pinned to a place of the frame: numbered on the picture, listed in the panel, resolved one by one. */

import { t } from "../i18n.js";
import { Layer } from "../ui/layer.js";
import { make } from "../ui/dom.js";

/** A place is looked at in at least this scale. */
const CLOSE_UP = 2;
/** A press so near to a pin (CSS px) means that pin and no new one. */
const NEAR = 14;
const RADIUS = 10;

export const feature = {
  name: "comments",
  settings: { pinsShown: true },
  keys: { "tool.pin": "KeyC", "comments.here": "Alt+KeyC", "comments.next": "Quote" },
  texts: {
    Notes: {
      "tool.pin": "Comment on a place: press where it is",
      "comments.here": "Comment on the place under the pointer, or in the middle",
      "comments.next": "Go to the next comment that waits",
    },
  },
  actions(editor) {
    const comments = (editor.comments ??= new Comments(editor));
    return {
      "tool.pin": () => comments.takePin(),
      "comments.here": () => comments.here(),
      "comments.next": () => comments.next(),
    };
  },
  mount: (editor) => editor.comments.mount(),
};

class Comments {
  constructor(editor) {
    this.editor = editor;
    this.all = [];
    this.chosen = null;
    this.place = null;
  }

  mount() {
    const { root, store } = this.editor;
    this.layer = new Layer(this.editor, "comment-pins", (context, viewport) => this.#paint(context, viewport), "hud");
    this.list = root.querySelector("#comments-list");
    this.form = root.querySelector("#comments-form");
    this.count = root.querySelector("[data-count=comments]");
    this.form.addEventListener("submit", (event) => this.#say(event));
    this.form.addEventListener("keydown", (event) => this.#typed(event));
    this.form.querySelector("[data-cancel]").addEventListener("click", () => this.#close());
    store.on("open", (doc) => this.#opened(doc));
    store.on("hover", (point) => (this.hover = point));
    store.on("comments.place", (place) => this.#placed(place));
    store.on("settings", (changed) => this.#settings(changed));
  }

  /** The next press is a place; then the tool in hand before is back. */
  takePin() {
    const { store } = this.editor;
    if (store.settings.tool !== "pin") this.former = store.settings.tool;
    store.set({ tool: "pin" });
  }

  /** Ask for words about the place under the pointer. */
  here() {
    const { doc } = this.editor.store;
    const { viewport } = this.editor;
    if (!doc) return;
    const at = this.hover ?? viewport.toImage(viewport.screenWidth / 2, viewport.screenHeight / 2);
    const place = { x: Math.floor(at.x), y: Math.floor(at.y) };
    if (doc.sheet.contains(place.x, place.y)) this.#ask(place);
  }

  /** Go to the next remark that is not resolved. */
  next() {
    const waiting = this.all.filter((comment) => !comment.resolved_at);
    if (!waiting.length) return;
    const at = waiting.findIndex(({ id }) => id === this.chosen);
    this.#goTo(waiting[(at + 1) % waiting.length]);
  }

  async #opened(doc) {
    this.all = [];
    this.#close();
    this.#show();
    const found = await this.editor.api.get(doc.assignment.urls.comments).catch(() => null);
    if (!found || doc !== this.editor.store.doc) return;
    this.all = found;
    this.#show();
  }

  /** A press of the pin tool: on a pin it chooses that one. */
  #placed(place) {
    const near = this.#pinAt(place);
    if (near) this.#choose(near);
    else this.#ask(place);
    this.editor.store.set({ tool: this.former ?? "brush" });
  }

  #pinAt({ x, y }) {
    const reach = (NEAR * devicePixelRatio) / this.editor.viewport.scale;
    return this.all.find((comment) => Math.hypot(comment.x - x, comment.y - y) < reach);
  }

  #ask(place) {
    this.place = place;
    this.editor.tabs.show("notes");
    this.form.hidden = false;
    this.form.querySelector("[data-place]").textContent = t("At %(x)s, %(y)s", place);
    this.form.elements.text.focus();
    this.#redraw();
  }

  /** Enter alone begins a line; with Ctrl it sends. Escape gives up. */
  #typed(event) {
    if (event.code === "Escape") this.#close();
    else if (event.code === "Enter" && (event.ctrlKey || event.metaKey)) this.form.requestSubmit();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  async #say(event) {
    event.preventDefault();
    const { api, store, dialogs } = this.editor;
    const { doc } = store;
    const text = this.form.elements.text.value.trim();
    if (!text || !this.place) return;
    try {
      const said = await api.post(doc.assignment.urls.comments, { ...this.place, text });
      if (doc !== store.doc) return;
      this.all.push(said);
      this.form.reset();
      this.#close();
      this.#choose(said);
    } catch (error) {
      if (!error.kind) throw error;
      // What was typed stays in the form.
      dialogs.notice(error.message);
    }
  }

  #close() {
    this.place = null;
    if (this.form.contains(document.activeElement)) this.editor.stage.focus({ preventScroll: true });
    this.form.hidden = true;
    this.#redraw();
  }

  async #resolve(comment) {
    const { api, dialogs } = this.editor;
    try {
      const changed = await api.patch(`/api/comments/${comment.id}/`, { resolved: !comment.resolved_at });
      this.all = this.all.map((other) => (other.id === changed.id ? changed : other));
      this.#show();
      this.list.querySelector(`[data-id="${comment.id}"] [data-resolve]`)?.focus();
    } catch (error) {
      if (!error.kind) throw error;
      dialogs.notice(error.message);
    }
  }

  #choose(comment) {
    this.chosen = comment.id;
    this.#show();
    this.editor.tabs.show("notes");
    this.list.querySelector(`[data-id="${comment.id}"]`)?.scrollIntoView({ block: "nearest" });
  }

  #goTo(comment) {
    const { viewport, renderer } = this.editor;
    viewport.zoomTo(Math.max(CLOSE_UP * devicePixelRatio, viewport.scale));
    const { x, y } = viewport.toScreen(comment.x + 0.5, comment.y + 0.5);
    viewport.panBy(viewport.screenWidth / 2 - x, viewport.screenHeight / 2 - y);
    renderer.invalidateAll();
    this.#choose(comment);
  }

  #settings(changed) {
    if ("pinsShown" in changed) this.#redraw();
  }

  #show() {
    const waiting = this.all.filter((comment) => !comment.resolved_at).length;
    this.count.textContent = String(waiting);
    this.count.hidden = waiting === 0;
    this.list.replaceChildren(...this.all.map((comment, index) => this.#line(comment, index)));
    this.list.parentElement.querySelector("[data-empty]").hidden = this.all.length > 0;
    this.#redraw();
  }

  #line(comment, index) {
    const when = new Date(comment.created_at).toLocaleString();
    const resolved = Boolean(comment.resolved_at);
    const who = resolved ? t("Resolved by %(name)s", { name: comment.resolved_by }) : "";
    const go = { type: "button", title: t("Go to this place"), on: { click: () => this.#goTo(comment) } };
    const done = { type: "button", text: resolved ? t("Reopen") : t("Resolve"), data: { resolve: "" }, on: { click: () => this.#resolve(comment) } };
    return make(
      "li",
      { data: { id: comment.id, ...(resolved && { resolved: "" }) }, "aria-current": comment.id === this.chosen ? "true" : null },
      make("button.comment-go", go, make("span.comment-number", { text: String(index + 1) }), make("span.comment-text", { text: comment.text })),
      make("div.comment-foot", {}, make("span.quiet", { text: [comment.author, when, who].filter(Boolean).join(" · ") }), make("button.link", done)),
    );
  }

  #redraw() {
    const shown = this.editor.store.settings.pinsShown && (this.all.length > 0 || this.place !== null);
    this.layer?.show(shown);
  }

  /** Pins are as large on the screen at any zoom, and upright in a turned view. */
  #paint(context, viewport) {
    context.setTransform(1, 0, 0, 1, 0, 0);
    this.all.forEach((comment, index) => {
      const look = { resolved: Boolean(comment.resolved_at), chosen: comment.id === this.chosen };
      drawPin(context, viewport.toScreen(comment.x + 0.5, comment.y + 0.5), String(index + 1), look);
    });
    if (this.place) drawPin(context, viewport.toScreen(this.place.x + 0.5, this.place.y + 0.5), "+", { chosen: true });
  }
}

function drawPin(context, { x, y }, text, { resolved = false, chosen = false }) {
  const unit = devicePixelRatio;
  context.globalAlpha = resolved ? 0.55 : 1;
  context.beginPath();
  context.arc(x, y, RADIUS * unit, 0, 2 * Math.PI);
  context.fillStyle = resolved ? "#2a2d33" : "#ffd866";
  context.fill();
  context.lineWidth = (chosen ? 3 : 1.5) * unit;
  context.strokeStyle = chosen ? "#ffffff" : "#14161a";
  context.stroke();
  context.fillStyle = resolved ? "#ffffff" : "#14161a";
  context.font = `600 ${11 * unit}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(text, x, y + 0.5 * unit);
  context.globalAlpha = 1;
}
