/** What must be drawn again: a few rectangles that do not waste much on what lies between them. */

import { unite } from "../plane.js";

/** More than this many are not worth keeping apart. */
const MOST = 16;

export class Dirty {
  rects = [];

  get empty() {
    return this.rects.length === 0;
  }

  /** @param {{x0: number, y0: number, x1: number, y1: number}} rect in px of the frame, ends excluded */
  add(rect) {
    const near = this.rects.findIndex((other) => area(unite(other, rect)) <= 1.5 * (area(other) + area(rect)));
    if (near >= 0) this.rects[near] = unite(this.rects[near], rect);
    else if (this.rects.length < MOST) this.rects.push(rect);
    else this.rects = [[...this.rects, rect].reduce(unite)];
  }

  /** Hand the rectangles out and begin anew. */
  take() {
    return this.rects.splice(0);
  }
}

function area({ x0, y0, x1, y1 }) {
  return (x1 - x0) * (y1 - y0);
}
