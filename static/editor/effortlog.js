/**
 * What a visit to a frame costs: strokes, clicks and active seconds by tool. Totals are sent, never increments, under the
 * visit's random id, so that a report may be sent twice or late; what cannot be sent now is kept and sent with the next.
 */

const STORED = "sakkan.editor.effort";
const KEPT = 50;

/** A press that moved less than this (CSS px) is a click. */
const CLICK_PX = 3;

export class Tally {
  constructor(session = newSession()) {
    this.session = session;
    this.tools = {};
    this.active = 0;
  }

  /** A tool was lifted. @param {{points: {x: number, y: number}[], unit?: number, multi?: boolean}} stroke */
  stroke(tool, { points, unit = 1 }) {
    if (isClick(points, unit)) this.clicks(tool, 1);
    else this.#of(tool).strokes += 1;
  }

  clicks(tool, count) {
    this.#of(tool).clicks += count;
  }

  /** Active time went by with a tool. */
  time(tool, seconds) {
    if (seconds <= 0) return;
    this.#of(tool).seconds += seconds;
    this.active += seconds;
  }

  get empty() {
    return !Object.keys(this.tools).length;
  }

  /** As the API takes it. */
  report() {
    const rounded = Object.entries(this.tools).map(([name, tool]) => [name, { ...tool, seconds: round(tool.seconds) }]);
    return { session: this.session, active_seconds: round(this.active), tools: Object.fromEntries(rounded) };
  }

  #of(tool) {
    return (this.tools[tool] ??= { strokes: 0, clicks: 0, seconds: 0 });
  }
}

/** Reports that have not reached the server, by visit. */
export class Outbox {
  /** @param {Storage | null} storage @param {string} user whose reports: another person's are left alone */
  constructor(storage, user) {
    this.storage = storage;
    this.user = user;
  }

  put(url, report) {
    this.#change((all) => {
      delete all[report.session];
      all[report.session] = { url, report, user: this.user };
    });
  }

  remove(session) {
    this.#change((all) => delete all[session]);
  }

  /** @returns {{url: string, report: object}[]} this person's, oldest first */
  waiting() {
    return Object.values(this.#read()).filter(({ user }) => user === this.user);
  }

  #change(change) {
    const all = this.#read();
    change(all);
    const last = Object.entries(all).slice(-KEPT);
    try {
      this.storage?.setItem(STORED, JSON.stringify(Object.fromEntries(last)));
    } catch {
      // A full storage costs a figure, not a drawing.
    }
  }

  #read() {
    try {
      return JSON.parse(this.storage?.getItem(STORED) ?? "{}");
    } catch {
      return {};
    }
  }
}

/** Whether a pointer went nowhere between press and release. */
export function isClick(points, unit = 1) {
  const [first] = points;
  return points.every(({ x, y }) => Math.hypot(x - first.x, y - first.y) < CLICK_PX * unit);
}

function newSession() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return `v-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

function round(seconds) {
  return Math.round(seconds * 10) / 10;
}
