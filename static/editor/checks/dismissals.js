/** Findings a person looked at and found right as they are, each with a reason; kept with the frame. */

/** A dismissed place may grow by this many px, as its surroundings are drawn, before it is shown again. */
const SLACK = 6;

/** Frames whose dismissals are kept in a browser. */
const FRAMES = 100;

const STORED = "sakkan.editor.dismissed";

/**
 * @typedef {{check: string, box: {x0: number, y0: number, x1: number, y1: number}, reason: string}} Dismissal
 *
 * The dismissal that covers a place: of the same check, around it with little to spare.
 * @param {{check: string, box: object}} place
 * @param {Dismissal[]} list
 */
export function dismissalOf({ check, box }, list) {
  return list.find((one) => one.check === check && holds(one.box, box));
}

function holds(outer, inner) {
  const across = inner.x0 >= outer.x0 - SLACK && inner.x1 <= outer.x1 + SLACK;
  return across && inner.y0 >= outer.y0 - SLACK && inner.y1 <= outer.y1 + SLACK;
}

/** The dismissals of one frame: those of its last submission, and what this browser keeps since. */
export class Dismissals {
  /**
   * @param {Storage | null} storage
   * @param {number} assignment id
   * @param {{check: string, box: number[], reason: string}[]} [before] what the server knows
   */
  constructor(storage, assignment, before = []) {
    this.storage = storage;
    this.assignment = assignment;
    this.list = new Map(readAll(storage)).get(assignment) ?? before.map(({ box, ...rest }) => ({ ...rest, box: boxOf(box) }));
  }

  add({ check, box }, reason) {
    this.list = [...this.list.filter((one) => !(one.check === check && holds(box, one.box))), { check, box, reason }];
    this.#keep();
  }

  /** The place is open again. */
  remove(place) {
    const gone = dismissalOf(place, this.list);
    this.list = this.list.filter((one) => one !== gone);
    this.#keep();
  }

  /** The newest frames' are kept. */
  #keep() {
    const others = readAll(this.storage).filter(([id]) => id !== this.assignment);
    const kept = [...others.slice(1 - FRAMES), [this.assignment, this.list]];
    try {
      this.storage?.setItem(STORED, JSON.stringify(kept));
    } catch {
      // A full or forbidden storage: they hold until the page is left, and go with the submission.
    }
  }
}

/** [assignment, dismissals] of the frames kept, the one used last at the end. */
function readAll(storage) {
  try {
    return JSON.parse(storage?.getItem(STORED) ?? "[]");
  } catch {
    return [];
  }
}

function boxOf([x0, y0, x1, y1]) {
  return { x0, y0, x1, y1 };
}

/**
 * What goes to the server with a submission.
 * @param {import("./run.js").Found[]} found
 * @param {number} most
 */
export function findingsToSend(found, most = 200) {
  const all = [...found.flatMap(({ dismissed }) => dismissed), ...found.flatMap(({ places }) => places)];
  return all.slice(0, most).map(({ check, box, size, reason }) => ({
    check,
    box: [box.x0, box.y0, box.x1, box.y1],
    size: Math.round(size),
    reason: reason ?? "",
  }));
}
