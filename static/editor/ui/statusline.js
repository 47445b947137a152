/** The line at the bottom: is it saved, how long is the frame held, where is the pointer and what lies there. */

import { mark, t } from "../i18n.js";
import { entryOf, plainName } from "../kinds.js";
import { IGNORE } from "../plane.js";

const SAVE_TEXTS = {
  saved: mark("Saved"),
  unsaved: mark("Not yet saved"),
  saving: mark("Saving…"),
  offline: mark("Offline: kept in this browser, sent when the server is back"),
  signed_out: mark("Signed out: kept in this browser. Sign in again in another tab"),
  conflict: mark("Two versions"),
  refused: mark("Not saved"),
};

export class StatusLine {
  /** @param {Document} root @param {import("../store.js").Store} store @param {object} viewport */
  constructor(root, store, viewport) {
    this.store = store;
    this.viewport = viewport;
    this.part = (name) => root.querySelector(`#status-${name}`);
    store.on("status", (status) => this.#showStatus(status));
  }

  showZoom() {
    const { scale } = this.viewport;
    this.part("zoom").textContent = scale >= 1 ? `${trim(scale)}:1` : `${Math.round(scale * 100)} %`;
  }

  /** @param {{x: number, y: number} | null} hover */
  showPointer(hover) {
    const { doc } = this.store;
    const [x, y] = hover ? [Math.floor(hover.x), Math.floor(hover.y)] : [-1, -1];
    const inside = doc?.sheet.contains(x, y);
    this.part("pointer").textContent = inside ? `${x}, ${y}` : "";
    this.part("class").textContent = inside ? (doc.says?.(x, y) ?? this.#classAt(doc, x, y)) : "";
  }

  /** What lies at a pixel, and whether it may be changed. */
  #classAt({ kind, sheet }, x, y) {
    const value = sheet.get(x, y);
    const name = className(kind, value);
    return this.store.locked[value] ? t("%(name)s, locked", { name }) : name;
  }

  #showStatus({ save, message, lease, backup }) {
    const line = this.part("save");
    line.dataset.state = save;
    line.textContent = save === "refused" ? message : t(SAVE_TEXTS[save]);
    line.title = message;
    this.part("backup").hidden = backup !== false;
    if (lease) showLease(this.part("lease"), lease);
  }
}

function showLease(part, { expiresAt, state, message }) {
  part.dataset.state = state;
  const until = new Date(expiresAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  part.textContent = {
    held: t("Yours until %(time)s", { time: until }),
    expired: t("Your hold has run out; it is taken again when you go on"),
    lost: message,
  }[state];
}

function className(kind, value) {
  if (value === IGNORE) return t("ignore");
  return plainName(t(entryOf(kind, value)?.name ?? String(value)));
}

function trim(number) {
  return Number(number.toFixed(2)).toString();
}
