/** What must be drawn again: a few rectangles that do not waste much on what lies between the changes. */

import { unite } from "../plane.js";

/** More than this many are not worth keeping apart. */
const MOST = 16;

/** A rectangle may be so many times as large as the changes in it. */
const WASTE = 2;

export class Dirty {
  /** Each with `own`, the summed area of what was put into it. */
  #parts = [];

  get empty() {
    return this.#parts.length === 0;
  }

  /** @param {{x0: number, y0: number, x1: number, y1: number}} rect in px of the frame, ends excluded */
  add(rect) {
    const own = area(rect);
    const near = this.#parts.find((part) => area(unite(part.rect, rect)) <= WASTE * (part.own + own));
    const into = near ?? (this.#parts.length < MOST ? null : this.#cheapest(rect));
    if (!into) this.#parts.push({ rect, own });
    else Object.assign(into, { rect: unite(into.rect, rect), own: into.own + own });
  }

  /** Hand the rectangles out and begin anew. */
  take() {
    return this.#parts.splice(0).map((part) => part.rect);
  }

  /** The part that grows least when it takes a rectangle in. */
  #cheapest(rect) {
    const growth = (part) => area(unite(part.rect, rect)) - area(part.rect);
    return this.#parts.reduce((best, part) => (growth(part) < growth(best) ? part : best));
  }
}

function area({ x0, y0, x1, y1 }) {
  return (x1 - x0) * (y1 - y0);
}
