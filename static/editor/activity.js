/** How long a person really drew: time between signs of life, pauses of a minute and more left out. */

/** A longer pause counts as absence. */
export const IDLE_MS = 60000;

export class Activity {
  /**
   * @param {number} seconds counted so far
   * @param {() => number} now milliseconds
   */
  constructor(seconds = 0, now = () => performance.now()) {
    this.seconds = seconds;
    this.now = now;
    this.last = null;
  }

  /** The person did something. */
  sign() {
    const now = this.now();
    if (this.last !== null && now - this.last < IDLE_MS) this.seconds += (now - this.last) / 1000;
    this.last = now;
  }

  /** Whether the last sign of life is less than the idle cut-off ago. */
  get present() {
    return this.last !== null && this.now() - this.last < IDLE_MS;
  }
}
