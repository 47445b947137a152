/** Which points are chosen. */

export class Choice {
  /** @param {number} size how many points there are */
  constructor(size) {
    this.marks = new Uint8Array(size);
    this.count = 0;
  }

  /**
   * Take points in or out.
   * @param {Iterable<number>} places
   * @param {"new" | "add" | "remove"} how
   */
  change(places, how) {
    if (how === "new") this.clear();
    const mark = how === "remove" ? 0 : 1;
    for (const place of places) {
      if (this.marks[place] !== mark) this.count += mark ? 1 : -1;
      this.marks[place] = mark;
    }
  }

  clear() {
    this.marks.fill(0);
    this.count = 0;
  }

  /** The first chosen places from the `start`-th chosen on. */
  places(start = 0, size = Infinity) {
    const found = [];
    let seen = 0;
    for (let i = 0; i < this.marks.length && found.length < size; i++) if (this.marks[i] && seen++ >= start) found.push(i);
    return found;
  }
}

/** What a lasso does with keys held: shift adds, alt takes away. */
export function wayOf({ shiftKey, altKey }) {
  if (altKey) return "remove";
  return shiftKey ? "add" : "new";
}
