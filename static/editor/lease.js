/** The hold on a frame: renewed while the person works, claimed again when it ran out. */

import { ApiError } from "./api.js";

/** While the person works the lease is renewed this often. */
const RENEW_MS = 60000;
const TICK_MS = 5000;

export class Lease {
  /**
   * @param {object} options
   * @param {string} options.expiresAt ISO time
   * @param {import("./activity.js").Activity} options.activity
   * @param {() => Promise<{lease_expires_at: string}>} options.renew asks the server, also after the lease ran out
   * @param {(lease: {expiresAt: number, state: "held" | "expired" | "lost", message?: string}) => void} options.onChange
   */
  constructor({ expiresAt, activity, renew, onChange, now = () => Date.now() }) {
    Object.assign(this, { activity, renew, onChange, now });
    this.expiresAt = Date.parse(expiresAt);
    this.renewedAt = now();
    this.state = "held";
    this.asking = false;
  }

  start() {
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.onChange({ expiresAt: this.expiresAt, state: this.state });
  }

  stop() {
    clearInterval(this.timer);
  }

  /** Look at the clock; a person at work gets the lease renewed, or claimed again where it ran out. */
  async tick() {
    if (this.asking || this.state === "lost") return;
    const expired = this.now() >= this.expiresAt;
    if (expired && this.state === "held") this.#enter("expired");
    if (this.activity.present && (expired || this.now() - this.renewedAt >= RENEW_MS)) await this.ask();
  }

  /** Ask for the hold now. */
  async ask() {
    this.asking = true;
    try {
      const answer = await this.renew();
      this.#renewed(answer.lease_expires_at);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // Offline the lease may run out; the drawing goes on locally and the next tick asks again.
      if (error.kind === "held" || error.kind === "refused") this.#enter("lost", error.message);
    } finally {
      this.asking = false;
    }
  }

  #renewed(expiresAt) {
    this.expiresAt = Date.parse(expiresAt);
    this.renewedAt = this.now();
    this.#enter("held");
  }

  #enter(state, message) {
    this.state = state;
    this.onChange({ expiresAt: this.expiresAt, state, message });
  }
}
