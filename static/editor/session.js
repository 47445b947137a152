/** One frame from opening to submitting: loading, local backup, saving, lease, conflicts. */

import { Activity } from "./activity.js";
import { gzip } from "./codec/gzip.js";
import { History } from "./history.js";
import { Lease } from "./lease.js";
import { Plane, countDifferent } from "./plane.js";
import { findAbandoned, markLive, newWorkId, valuesOf } from "./recovery.js";
import { Saver } from "./saver.js";

export class Session {
  /**
   * @param {object} parts
   * @param {import("./store.js").Store} parts.store
   * @param {import("./api.js").Api} parts.api
   * @param {import("./frames.js").Frames} parts.frames
   * @param {import("./journal.js").Journal | null} parts.journal
   * @param {object} parts.dialogs
   * @param {object} parts.kind label kind of the API
   * @param {() => boolean} parts.busy whether a stroke is under way
   */
  constructor(parts) {
    Object.assign(this, parts);
    this.assignment = null;
  }

  /** Load a frame and everything known of it, and hold it. */
  async open(given) {
    const { assignment, refusal } = await this.#claim(given);
    this.assignment = assignment;
    const { frame, draft, working_copy: copy } = assignment;
    const [image, draftValues] = await Promise.all([
      this.frames.image(frame.image_url),
      draft ? this.api.label(draft.label_url) : null,
    ]);
    const saved = copy.label_url ? await this.api.label(copy.label_url) : null;
    const start = saved ?? draftValues?.slice() ?? new Uint8Array(frame.width * frame.height);
    const plane = new Plane(frame.width, frame.height, start);
    this.doc = {
      assignment,
      kind: this.kind,
      width: frame.width,
      height: frame.height,
      plane,
      history: new History(plane),
      image,
      draft: draftValues,
      entropy: null,
      readOnly: Boolean(refusal),
    };
    this.#start(refusal);
    this.store.open(this.doc);
    if (refusal) await this.dialogs.refused(refusal.message);
    else await this.#recover();
    this.frames.preload(assignment.next?.frame.image_url);
  }

  /** Leave the frame; what is unsaved stays in the local backup. */
  close() {
    this.saver?.close();
    this.lease?.stop();
    this.unmark?.();
  }

  /** A stroke, an undo or a redo is on the record. */
  changed({ tiles }) {
    this.activity.sign();
    this.work.seq = this.saver.changed();
    this.#journal(tiles);
  }

  /** Whether the server has everything; tries to make it so. */
  save() {
    return this.saver.flush();
  }

  /** Replace the whole map by another version; it can be undone. */
  replace(values) {
    const edit = this.doc.history.begin();
    edit.replaceAll(values);
    const change = this.doc.history.commit(edit);
    if (change) this.store.emit("change", change);
    return change;
  }

  /**
   * Hand the drawing in.
   * @returns {Promise<object | null>} the next assignment
   */
  async submit() {
    if (this.saver.version === 0 && !this.doc.draft) this.work.seq = this.saver.changed();
    if (!(await this.saver.flush())) return this.#notSaved();
    const answer = await this.api.submit(this.assignment.id, this.saver.version);
    return { next: answer.next_assignment };
  }

  /** Give the frame back with what was drawn. */
  async later() {
    if (!(await this.saver.flush())) return this.#notSaved();
    await this.api.release(this.assignment.id);
    return { next: null };
  }

  /** Take the frame out of the queue; what was drawn is saved all the same. */
  async skip(reason, note) {
    if (!(await this.saver.flush())) return this.#notSaved();
    await this.api.skip(this.assignment.id, reason, note);
    return { next: await this.api.next(this.assignment.pool.id, this.assignment.kind) };
  }

  /** The model's uncertainty, loaded when first looked at. */
  async loadEntropy() {
    const url = this.assignment.draft?.entropy_url;
    if (url && !this.doc.entropy) this.doc.entropy = await this.frames.greys(url);
  }

  /** Maps put aside in this browser. */
  async backups() {
    const works = (await this.journal?.find(this.assignment.id, this.assignment.holder)) ?? [];
    return works.filter((work) => work.kept);
  }

  async takeBackup(work) {
    const values = await valuesOf(this.journal, work, null);
    if (values) this.replace(values);
  }

  async #claim(given) {
    try {
      return { assignment: await this.api.claim(given.id), refusal: null };
    } catch (error) {
      if (!error.kind) throw error;
      if (!given.working_copy) throw error;
      return { assignment: given, refusal: error.kind === "offline" ? null : error };
    }
  }

  #start(refusal) {
    const { working_copy: copy, lease_expires_at: expiresAt, id } = this.assignment;
    this.activity = new Activity(copy.active_seconds);
    this.activity.sign();
    this.work = this.#newWork(copy.version);
    this.unmark = markLive(this.work.id);
    this.saver = new Saver({
      version: copy.version,
      send: (version, body) => this.api.save(id, version, body, this.activity.seconds),
      pack: () => gzip(this.doc.plane.values),
      busy: this.busy,
      onState: (save, message) => this.store.report({ save, message }),
      onSaved: (version, body, seq) => this.#saved(version, body, seq),
      onConflict: (error) => this.#conflict(error),
    });
    this.lease = new Lease({
      expiresAt,
      activity: this.activity,
      renew: () => this.api.renew(id, this.activity.seconds),
      onChange: (lease) => this.#leaseChanged(lease),
    });
    this.store.report({ save: "saved", message: "" });
    if (!refusal) this.lease.start();
  }

  #leaseChanged(lease) {
    this.store.report({ lease });
    if (lease.state === "lost" && !this.doc.readOnly) this.#lose(lease.message);
  }

  /** Somebody else holds the frame now, or it is done: no more drawing here, and nothing drawn is lost. */
  async #lose(message) {
    this.doc.readOnly = true;
    this.lease.stop();
    this.store.report({ save: "refused", message: "Not saved; kept beside the frame", lease: { state: "lost", message } });
    if (!this.saver.clean) await this.#putAside(this.doc.plane.values, "Yours, when the frame went to somebody else");
    await this.dialogs.refused(message);
  }

  #newWork(baseVersion) {
    const { width, height } = this.assignment.frame;
    const now = Date.now();
    return {
      id: newWorkId(),
      assignment: this.assignment.id,
      user: this.assignment.holder ?? "",
      baseVersion,
      base: null,
      width,
      height,
      seq: 0,
      updatedAt: now,
      kept: "",
    };
  }

  /** Unsaved work of a tab that is gone comes back by itself, unless the server has moved on meanwhile. */
  async #recover() {
    if (!this.journal) return;
    const { plane } = this.doc;
    const found = await findAbandoned(this.journal, this.assignment, plane.values);
    if (found && countDifferent(found.values, plane.values)) await this.#bringBack(found);
    if (found) await this.journal.remove(found.work.id);
  }

  async #bringBack(found) {
    const { plane } = this.doc;
    const version = this.assignment.working_copy.version;
    if (found.work.baseVersion === version) {
      this.replace(found.values);
      this.dialogs.notice("Unsaved strokes were restored from this browser.");
    } else {
      const message = "This frame was saved elsewhere after your last strokes here.";
      await this.#choose(found.values, plane.values.slice(), version, message);
    }
  }

  #saved(version, body, seq) {
    this.lease.renewed(null);
    this.work = { ...this.work, baseVersion: version, base: body, updatedAt: Date.now() };
    this.#guard(this.journal?.saved(this.work, seq));
  }

  #journal(tiles) {
    if (!this.journal) return;
    this.work.updatedAt = Date.now();
    const { plane } = this.doc;
    this.#guard(this.journal.record(this.work, tiles.map((tile) => ({ tile, bytes: plane.packTile(tile) }))));
    this.#journalBase();
  }

  /** Make the local backup stand by itself: also when the server's map has changed by the time it is needed. */
  async #journalBase() {
    const { work } = this;
    if (work.base || this.packing === work) return;
    this.packing = work;
    const base = await gzip(this.doc.plane.values);
    if (work !== this.work) return;
    work.base = base;
    if (!this.saver.clean) await this.#guard(this.journal.record(work, []));
  }

  async #guard(writing) {
    try {
      await writing;
      this.store.report({ backup: true });
    } catch {
      this.store.report({ backup: false });
    }
  }

  async #conflict(error) {
    const { current } = error.body;
    if (!current || current.version === this.saver.version) {
      await this.#lose(error.body.error?.message ?? error.message);
      return;
    }
    const theirs = current.label_url ? await this.api.label(current.label_url) : this.doc.draft;
    await this.#choose(this.doc.plane.values.slice(), theirs, current.version, error.message);
  }

  /** Two versions met: the person takes one, the other is put aside. */
  async #choose(mine, theirs, version, message) {
    const taken = await this.dialogs.conflict({ doc: this.doc, mine, theirs, message });
    if (taken === "theirs") {
      await this.#putAside(mine, "Yours, when the saved version was taken");
      this.saver.adopt(version, { clean: true });
      this.#forgetWork(version);
      const edit = this.doc.history.begin();
      edit.replaceAll(theirs);
      const change = this.doc.history.commit(edit);
      if (change) this.store.emit("redraw", change);
    } else {
      await this.#putAside(theirs, `Saved version ${version}, when yours was taken`);
      this.saver.adopt(version, { clean: false });
      this.work = { ...this.work, baseVersion: version, base: null };
      this.replace(mine);
    }
  }

  #forgetWork(version) {
    const old = this.work.id;
    this.unmark();
    this.work = this.#newWork(version);
    this.unmark = markLive(this.work.id);
    this.#guard(this.journal?.remove(old));
  }

  async #putAside(values, why) {
    if (!this.journal || !values) return;
    const base = await gzip(values);
    await this.#guard(this.journal.keep({ ...this.#newWork(this.saver.version), base, kept: why }));
  }

  #notSaved() {
    this.dialogs.notice("Not everything is saved yet; your drawing is kept in this browser. Try again in a moment.");
    return null;
  }
}
