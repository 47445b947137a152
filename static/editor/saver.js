/**
 * Autosave by compare-and-set: a save names the version it started from, one is under way at a time, and what cannot
 * be sent now is sent later. The state is one of saved, unsaved, saving, offline, signed_out, conflict, refused.
 */

/** Pause after the last stroke before a save. */
const QUIET_MS = 1500;
/** Drawing on without a pause does not put a save off for longer than this. */
const LONGEST_MS = 8000;
const BUSY_MS = 250;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];

export class Saver {
  /**
   * @param {object} options
   * @param {number} options.version version of the map the person started from
   * @param {(version: number, body: Uint8Array) => Promise<{version: number}>} options.send
   * @param {() => Promise<Uint8Array>} options.pack the map as it is at the call, gzipped
   * @param {() => boolean} [options.busy] whether a stroke is under way, and a save had better wait
   * @param {(state: string, message: string) => void} options.onState
   * @param {(version: number, body: Uint8Array, seq: number) => void} options.onSaved
   * @param {(error: object) => void} options.onConflict
   * @param {{setTimeout: Function, clearTimeout: Function, now: () => number}} [options.clock]
   */
  constructor({ version, send, pack, busy = () => false, onState, onSaved, onConflict, clock = browserClock }) {
    Object.assign(this, { version, send, pack, busy, onState, onSaved, onConflict, clock });
    this.seq = 0;
    this.savedSeq = 0;
    this.state = "saved";
    this.running = null;
    this.timer = null;
    this.unsavedSince = 0;
    this.failures = 0;
    this.closed = false;
  }

  get clean() {
    return this.seq === this.savedSeq;
  }

  /** The map changed. @returns {number} the change's number */
  changed() {
    if (this.clean) this.unsavedSince = this.clock.now();
    this.seq += 1;
    if (this.state === "saved") this.#enter("unsaved");
    if (this.state !== "conflict" && this.failures === 0) this.#schedule(this.#pause());
    return this.seq;
  }

  /**
   * Save now what is unsaved.
   * @returns {Promise<boolean>} whether the server has everything
   */
  async flush() {
    while (this.running) await this.running;
    if (this.clean || this.closed || this.state === "conflict") return this.clean;
    this.running = this.#save().finally(() => (this.running = null));
    await this.running;
    return this.clean ? true : this.state === "unsaved" ? this.flush() : false;
  }

  /** Go on from another version: of the server's map, or with this one over it. */
  adopt(version, { clean }) {
    this.version = version;
    this.failures = 0;
    if (clean) this.savedSeq = this.seq;
    this.#enter(clean ? "saved" : "unsaved");
    if (!clean) this.#schedule(0);
  }

  /** No more saves: another frame is opened. */
  close() {
    this.closed = true;
    this.clock.clearTimeout(this.timer);
  }

  async #save() {
    this.clock.clearTimeout(this.timer);
    this.#enter("saving");
    const seq = this.seq;
    const body = await this.pack();
    try {
      const { version } = await this.send(this.version, body);
      this.#succeed(version, body, seq);
    } catch (error) {
      this.#fail(error);
    }
  }

  #succeed(version, body, seq) {
    this.version = version;
    this.savedSeq = seq;
    this.failures = 0;
    this.unsavedSince = this.clock.now();
    this.onSaved(version, body, seq);
    this.#enter(this.clean ? "saved" : "unsaved");
    if (!this.clean) this.#schedule(this.#pause());
  }

  #fail(error) {
    if (!error.kind) throw error;
    if (error.kind === "conflict") {
      this.#enter("conflict", error.message);
      this.onConflict(error);
      return;
    }
    this.#enter(error.kind === "held" ? "refused" : error.kind, error.message);
    if (error.kind === "refused") return;
    this.#schedule(RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]);
    this.failures += 1;
  }

  #pause() {
    const left = this.unsavedSince + LONGEST_MS - this.clock.now();
    return Math.max(0, Math.min(QUIET_MS, left));
  }

  #schedule(delay) {
    this.clock.clearTimeout(this.timer);
    if (this.closed) return;
    this.timer = this.clock.setTimeout(() => (this.busy() ? this.#schedule(BUSY_MS) : this.flush()), delay);
  }

  #enter(state, message = "") {
    this.state = state;
    if (!this.closed) this.onState(state, message);
  }
}

const browserClock = {
  setTimeout: (...args) => setTimeout(...args),
  clearTimeout: (timer) => clearTimeout(timer),
  now: () => performance.now(),
};
