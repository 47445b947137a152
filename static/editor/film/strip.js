/** The film strip's row of thumbnails: only those in sight are in the page, however long the cut is. */

import { mark, t } from "../i18n.js";
import { make } from "../ui/dom.js";
import { CHUNK } from "./cut.js";

/** Width of one thumbnail with its gap, in CSS px, as in film.css. */
export const ITEM = 92;
/** Thumbnails kept ready on either side of those in sight. */
const SPARE = 4;

/** A sign and a word for each state, so that no colour has to be told from another. */
const STATES = {
  labelled: ["✓", mark("has a label")],
  open: ["○", mark("to be drawn")],
  submitted: ["…", mark("waits for review")],
  returned: ["!", mark("returned")],
  skipped: ["–", mark("skipped")],
  none: ["", mark("not queued")],
};

export class Strip {
  /**
   * @param {HTMLElement} track scrolls sideways
   * @param {{chosen: (position: number) => void, opened: (position: number) => void}} on a thumbnail was clicked, or
   *   clicked twice
   */
  constructor(track, on) {
    this.track = track;
    this.on = on;
    this.row = make("div.film-row");
    track.replaceChildren(this.row);
    this.items = new Map();
    this.cut = null;
    this.shown = null;
    track.addEventListener("scroll", () => this.#fill(), { passive: true });
    new ResizeObserver(() => this.#fill()).observe(track);
  }

  /** Show a cut, its open frame in the middle. @param {import("./cut.js").Cut} cut */
  take(cut) {
    this.cut = cut;
    this.items.clear();
    this.row.replaceChildren();
    this.row.style.width = `${cut.total * ITEM}px`;
    this.mark(cut.current);
  }

  /** Mark the drawing that is looked at and bring it into sight. */
  mark(position) {
    this.shown = position;
    const { track } = this;
    const left = position * ITEM;
    if (left < track.scrollLeft + ITEM || left + 2 * ITEM > track.scrollLeft + track.clientWidth) {
      track.scrollLeft = left - (track.clientWidth - ITEM) / 2;
    }
    this.#fill();
  }

  /** Positions in sight, with some to spare. */
  range() {
    const { scrollLeft, clientWidth } = this.track;
    const first = Math.max(0, Math.floor(scrollLeft / ITEM) - SPARE);
    const end = Math.min(this.cut.total, Math.ceil((scrollLeft + clientWidth) / ITEM) + SPARE);
    return { first, end };
  }

  #fill() {
    if (!this.cut || this.track.hidden) return;
    const { first, end } = this.range();
    for (const [position, item] of this.items) {
      if (position < first || position >= end) this.#drop(position, item);
    }
    for (let position = first; position < end; position++) this.#place(position);
    this.#loadMissing(first, end);
  }

  #drop(position, item) {
    // Taking away what has the focus would leave the keys nowhere.
    if (item === document.activeElement) return;
    item.remove();
    this.items.delete(position);
  }

  #place(position) {
    const drawing = this.cut.at(position);
    const old = this.items.get(position);
    if (old && old.dataset.frame === String(drawing?.frame)) {
      this.#show(old, position);
      return;
    }
    const item = this.#item(position, drawing);
    if (old) old.replaceWith(item);
    else this.row.insertBefore(item, this.#after(position));
    this.items.set(position, item);
    this.#show(item, position);
  }

  /** Items stand in the page in the cut's order, so that Tab goes through them so. */
  #after(position) {
    const later = [...this.items.keys()].filter((other) => other > position);
    return later.length ? this.items.get(Math.min(...later)) : null;
  }

  #show(item, position) {
    if (position === this.shown) item.dataset.shown = "";
    else delete item.dataset.shown;
  }

  #item(position, drawing) {
    const style = { left: `${position * ITEM}px` };
    if (!drawing) return make("span.film-item", { style, data: { frame: "undefined" } });
    const [sign, word] = STATES[drawing.state];
    const label = t("Drawing %(number)s, %(state)s", { number: position + 1, state: t(word) });
    const on = { click: () => this.on.chosen(position), dblclick: () => this.on.opened(position) };
    const data = { frame: String(drawing.frame), state: drawing.state };
    return make(
      "button.film-item",
      { type: "button", style, data, on, "aria-label": label, title: this.#title(drawing, label), "aria-current": drawing.current ? "true" : null },
      make("img", { src: drawing.thumb_url, alt: "", loading: "lazy", draggable: "false" }),
      make("span.film-number", { text: String(position + 1) }),
      make("span.film-state", { text: sign }),
    );
  }

  #title(drawing, label) {
    const twin = drawing.same_as !== null && [...this.cut.known].find(([, other]) => other.frame === drawing.same_as);
    const same = twin ? t("the same as drawing %(number)s", { number: twin[0] + 1 }) : "";
    return [`${label}: ${drawing.key}`, same].filter(Boolean).join(", ");
  }

  #loadMissing(first, end) {
    const missing = new Set();
    for (let position = first; position < end; position++) {
      if (!this.cut.at(position)) missing.add(Math.floor(position / CHUNK));
    }
    const { cut } = this;
    for (const piece of missing) {
      // Without the server the strip keeps its empty places; scrolling asks again.
      cut.load(Math.max(first, piece * CHUNK)).then(() => cut === this.cut && this.#fill(), () => {});
    }
  }
}
