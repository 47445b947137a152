/** Small things the editor's tests share. */

/** Seeded random numbers (mulberry32): the same cases in every run. */
export function random(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Rows of text -> stored values: "." is 0, a digit itself. */
export function map(...rows) {
  return Uint8Array.from(rows.join("").replaceAll(".", "0"), Number);
}

/** Stored values -> rows of text. */
export function rows(values, width) {
  const out = [];
  for (let i = 0; i < values.length; i += width) out.push([...values.subarray(i, i + width)].join("").replaceAll("0", "."));
  return out;
}

/** A clock that tests move by hand. */
export class Clock {
  time = 0;
  timers = new Map();
  next = 1;
  now = () => this.time;
  setTimeout = (run, delay) => {
    this.timers.set(this.next, { run, at: this.time + delay });
    return this.next++;
  };
  clearTimeout = (id) => this.timers.delete(id);

  /** Let time pass and timers run, the earliest first. */
  async pass(milliseconds) {
    const end = this.time + milliseconds;
    for (;;) {
      const due = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      this.timers.delete(due[0]);
      this.time = Math.max(this.time, due[1].at);
      due[1].run();
      await settle();
    }
    this.time = end;
  }
}

/** Let promises that are ready run. */
export async function settle() {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

/** A kind of fills only, and one with lines over fills, as the API describes them. */
export const CEL = kind("cel", ["fill", "fill"]);
export const DOUGA = kind("douga", ["fill", "line", "line", "line", "line", "line", "fill", "fill", "fill", "fill"]);

function kind(name, groups) {
  const classes = groups.map((group, index) => ({ index, group, name: `${group} ${index}` }));
  const entries = classes.map(({ index, name }) => ({ value: index, class_index: index, name, color: "#102030" }));
  return { name, classes, entries };
}
