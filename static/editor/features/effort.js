/** Counts what labels cost and reports it: every half minute, when the frame is left, when the page goes. */

import { Outbox, Tally } from "../effortlog.js";

const EVERY_MS = 30000;

export const feature = {
  name: "effort",
  mount: (editor) => new Effort(editor).mount(),
};

class Effort {
  constructor(editor) {
    this.editor = editor;
    this.tally = null;
    this.url = null;
    this.activity = null;
    this.sent = "";
    this.counted = 0;
  }

  mount() {
    const { store, root } = this.editor;
    store.on("open", (doc) => this.#opened(doc));
    store.on("stroke", (stroke) => this.#stroke(stroke));
    store.on("applied", () => this.tally?.clicks("command", 1));
    // Time before a change of tool belongs to the tool that was in hand.
    store.on("settings", (changed) => "tool" in changed && this.#time());
    this.tool = store.settings.tool;
    setInterval(() => this.send(), EVERY_MS);
    addEventListener("online", () => this.flush());
    addEventListener("pagehide", () => this.send({ keepalive: true }));
    root.addEventListener("visibilitychange", () => root.hidden && this.send({ keepalive: true }));
  }

  /** Report the visit's totals, if they changed. */
  async send(options = {}) {
    if (!this.tally) return;
    this.#time();
    const report = this.tally.report();
    const text = JSON.stringify(report);
    if (this.tally.empty || text === this.sent) return;
    this.outbox.put(this.url, report);
    this.sent = text;
    await this.#deliver(this.url, report, options);
  }

  /** Send what could not be sent before. */
  async flush() {
    for (const { url, report } of this.outbox?.waiting() ?? []) await this.#deliver(url, report);
  }

  #opened(doc) {
    this.send();
    const { assignment } = doc;
    this.outbox = new Outbox(localStorage, assignment.holder ?? "");
    this.tally = doc.readOnly ? null : new Tally();
    this.url = assignment.urls.effort;
    this.sent = "";
    this.activity = this.editor.session.activity;
    this.counted = this.#active();
    this.tool = this.editor.store.settings.tool;
    this.flush();
  }

  #stroke(stroke) {
    this.#time();
    this.tally?.stroke(stroke.tool, stroke);
  }

  /** What was active since the last look goes to the tool in hand. */
  #time() {
    const active = this.#active();
    this.tally?.time(this.tool, active - this.counted);
    this.counted = active;
    this.tool = this.editor.store.settings.tool;
  }

  #active() {
    return this.activity?.seconds ?? 0;
  }

  async #deliver(url, report, options = {}) {
    try {
      await this.editor.api.post(url, report, options);
      this.outbox.remove(report.session);
    } catch (error) {
      if (!error.kind) throw error;
      // A report that is refused will be refused again; everything else is sent later.
      if (error.kind === "refused") this.outbox.remove(report.session);
    }
  }
}
