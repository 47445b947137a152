/** One frame from opening to handing in: loading, saving, lease, versions that meet. */

import { Activity } from "./activity.js";
import { Backup } from "./backup.js";
import { gzip } from "./codec/gzip.js";
import { History } from "./history.js";
import { mark, t } from "./i18n.js";
import { Lease } from "./lease.js";
import { kindOf } from "./kinds.js";
import { countDifferent } from "./plane.js";
import { profileOf } from "./profile.js";
import { Saver } from "./saver.js";
import { Sheet, flattened } from "./sheet.js";

const NOT_SAVED = mark("Not everything is saved yet; your drawing is kept in this browser. Try again in a moment.");

export class Session {
  /**
   * @param {object} parts
   * @param {import("./store.js").Store} parts.store
   * @param {import("./api.js").Api} parts.api
   * @param {import("./frames.js").Frames} parts.frames
   * @param {import("./journal.js").Journal | null} parts.journal
   * @param {import("./ui/dialogs.js").Dialogs} parts.dialogs
   * @param {object} parts.kind label kind of the API
   * @param {() => boolean} parts.busy whether a stroke is under way
   */
  constructor(parts) {
    Object.assign(this, parts);
  }

  /** Load a frame and everything known of it, and hold it. @param {object} given assignment of the API */
  async open(given) {
    const loading = this.frames.image(given.frame.image_url);
    loading.catch(() => {});
    const { assignment, refusal } = await this.#claim(given);
    this.assignment = assignment;
    this.doc = await this.load(loading);
    this.doc.readOnly = Boolean(refusal);
    this.#start();
    this.store.open(this.doc);
    if (refusal) await this.dialogs.refused(refusal.message);
    else await this.#recover();
    this.frames.preload(assignment.next?.frame.image_url);
  }

  /** Leave the frame; what is unsaved stays in the local backup. */
  close() {
    this.saver?.close();
    this.lease?.stop();
    this.backup?.close();
  }

  /** A stroke, an undo or a redo is on the record. */
  changed({ tiles }) {
    this.activity.sign();
    this.backup.record(this.saver.changed(), tiles);
  }

  /** Save now what is unsaved. @returns {Promise<boolean>} whether the server has everything */
  async save() {
    return (await this.saver?.flush()) ?? true;
  }

  /** Replace the whole map by another version; it can be undone. */
  replace(values, topic = "change") {
    const edit = this.doc.history.begin();
    edit.replaceAll(values);
    const change = this.doc.history.commit(edit);
    if (change) this.store.emit(topic, change);
  }

  /** Hand the drawing in. @returns {Promise<{next: object | null} | null>} null when it could not be saved */
  submit() {
    // An empty plate is a drawing, too: without a draft it must be saved once to be handed in.
    if (this.saver.version === 0 && !this.assignment.draft) this.backup.record(this.saver.changed(), []);
    return this.#finish(async () => {
      const answer = await this.api.submit(this.assignment.id, this.saver.version, "", this.doc.findings);
      return answer.next_assignment;
    });
  }

  /** Give the frame back with what was drawn. */
  later() {
    return this.#finish(async () => {
      await this.api.release(this.assignment.id);
      return null;
    });
  }

  /** Take the frame out of the queue; what was drawn is saved all the same. */
  skip(reason, note) {
    return this.#finish(async () => {
      await this.api.skip(this.assignment.id, reason, note);
      return this.api.next(this.assignment.pool.id, this.assignment.kind);
    });
  }

  /** The model's uncertainty, loaded when first looked at. */
  async loadEntropy() {
    const url = this.assignment.draft?.entropy_url;
    if (url && !this.doc.entropy) this.doc.entropy = await this.frames.greys(url);
  }

  /** Maps put aside in this browser and on the server. */
  async backups() {
    const server = (this.assignment.kept_copies ?? []).map((copy) => ({
      id: `server-${copy.id}`,
      kept: t("Kept on the server, drawn by %(name)s", { name: copy.saved_by }),
      updatedAt: Date.parse(copy.saved_at),
      url: this.urlOf(copy),
    }));
    return [...(await this.backup.keptWorks()), ...server];
  }

  async takeBackup(work) {
    const values = work.url ? await this.fetch(work.url) : await this.backup.valuesOf(work);
    if (!values) return;
    this.replace(values);
    this.dialogs.notice(t("It is in place; undo brings back what was here."));
  }

  async #finish(step) {
    if (await this.saver.flush()) return { next: await step() };
    this.dialogs.notice(t(NOT_SAVED));
    return null;
  }

  async #claim(given) {
    try {
      return { assignment: await this.api.claim(given.id), refusal: null };
    } catch (error) {
      if (!error.kind || !given.working_copy) throw error;
      return { assignment: given, refusal: error.kind === "offline" ? null : error };
    }
  }

  // --- what another way of drawing does otherwise; "content" is what it keeps of a drawing, as bytes ---

  /** Everything of the open frame. @param {Promise<ImageBitmap>} loading its picture @returns {Promise<object>} doc */
  async load(loading) {
    const { assignment } = this;
    const profile = profileOf(assignment.profile, this.kind);
    const kind = kindOf(this.kind, profile);
    const { frame, draft, working_copy: copy } = assignment;
    const [image, proposed, saved] = await Promise.all([
      loading,
      draft ? this.api.label(draft.label_url) : null,
      copy.label_url ? this.api.label(copy.label_url) : null,
    ]);
    const { width, height } = frame;
    const sheet = new Sheet(kind, width, height, saved ?? proposed);
    const history = new History(sheet);
    return { assignment, kind, profile, width, height, sheet, history, image, draft: proposed, entropy: null, frozen: null };
  }

  /** The drawing as it is. @returns {Uint8Array} */
  content() {
    return this.doc.sheet.planesCopy();
  }

  /** A stored value a pixel of a content, to be compared and shown. @returns {Uint8Array} height * width */
  flat(content) {
    return flattened(content, this.doc.sheet.values.length);
  }

  /** Two contents as their difference is counted and shown. @returns {[Uint8Array, Uint8Array]} height * width each */
  compared(one, other) {
    return [this.flat(one), this.flat(other)];
  }

  /** Whether nothing was drawn in one content that the other has not. */
  same(one, other) {
    return countDifferent(...this.compared(one, other)) === 0;
  }

  /** The doc whose kind says how values of `flat` are shown. */
  get shown() {
    return this.doc;
  }

  /** Take up a version as one step to undo. @param {import("./strokes.js").Strokes} strokes */
  restore(content, strokes) {
    strokes.apply((edit) => edit.replaceAll(content));
  }

  /** Where the content of a working copy, kept copy or version of the API lies. */
  urlOf(copy) {
    return copy.label_url;
  }

  /** @returns {Promise<Uint8Array>} content */
  fetch(url) {
    return this.api.label(url);
  }

  makeBackup(options) {
    return new Backup({ ...options, sheet: this.doc.sheet });
  }

  /** The drawing as it is sent. @returns {Promise<Uint8Array>} */
  pack() {
    return gzip(this.doc.sheet.values);
  }

  /** Save by compare-and-set. @returns {Promise<{version: number}>} */
  send(version, body) {
    return this.api.save(this.assignment.id, version, body, this.activity.seconds);
  }

  #start() {
    const { assignment, doc, journal, store } = this;
    const { id, working_copy: copy } = assignment;
    this.activity = new Activity(copy.active_seconds);
    this.activity.sign();
    this.backup = this.makeBackup({ journal, assignment, onState: (backup) => store.report({ backup }) });
    this.saver = new Saver({
      version: copy.version,
      send: (version, body) => this.send(version, body),
      pack: () => this.pack(),
      busy: this.busy,
      onState: (save, message) => store.report({ save, message }),
      onSaved: (version, body, seq) => this.backup.saved(version, body, seq),
      onConflict: (error) => this.#conflict(error),
    });
    this.lease = new Lease({
      expiresAt: assignment.lease_expires_at,
      activity: this.activity,
      renew: () => this.api.renew(id, this.activity.seconds),
      onChange: (lease) => this.#leaseChanged(lease),
    });
    store.report({ save: "saved", message: "" });
    if (!doc.readOnly) this.lease.start();
  }

  #leaseChanged(lease) {
    this.store.report({ lease });
    if (lease.state === "lost" && !this.doc.readOnly) this.#lose(lease.message);
  }

  /** Somebody else holds the frame now, or it is done: no more drawing here, and nothing drawn is lost. */
  async #lose(message) {
    this.doc.readOnly = true;
    this.lease.stop();
    this.store.report({ save: "refused", message: t("Not saved; kept beside the frame"), lease: { state: "lost", message } });
    if (!this.saver.clean) await this.backup.putAside(this.content(), t("Yours, when the frame went to somebody else"));
    await this.dialogs.refused(message);
  }

  /** Unsaved work of a tab that is gone comes back by itself, unless the server has moved on meanwhile. */
  async #recover() {
    const found = await this.backup.abandoned().catch(() => null);
    if (!found) return;
    // No difference: the save arrived although its answer did not.
    if (!this.same(found.values, this.content())) await this.#bringBack(found);
    await this.backup.forget(found.work);
  }

  async #bringBack(found) {
    const version = this.assignment.working_copy.version;
    if (found.work.baseVersion === version) {
      this.replace(found.values);
      this.dialogs.notice(t("Unsaved strokes were restored from this browser."));
    } else {
      const message = t("This frame was saved elsewhere after your last strokes here.");
      await this.#choose(found.values, this.content(), version, message);
    }
  }

  async #conflict(error) {
    const { current } = error.body;
    const message = error.body.error?.message ?? error.message;
    if (!current || current.version === this.saver.version) {
      await this.#lose(message);
      return;
    }
    const theirs = await this.fetch(this.urlOf(current));
    await this.#choose(this.content(), theirs, current.version, message);
  }

  /** Two versions met: the person takes one, the other is put aside. */
  async #choose(mine, theirs, version, message) {
    const flat = { mine: this.flat(mine), theirs: this.flat(theirs), compared: this.compared(mine, theirs) };
    const taken = await this.dialogs.conflict({ doc: this.shown, ...flat, message });
    if (taken === "theirs") {
      await this.backup.putAside(mine, t("Yours, when the saved version was taken"));
      this.saver.adopt(version, { clean: true });
      this.backup.restart(version);
      this.replace(theirs, "redraw");
    } else {
      await this.backup.putAside(theirs, t("Saved version %(version)s, when yours was taken", { version }));
      this.saver.adopt(version, { clean: false });
      this.backup.rebase(version);
      this.replace(mine);
    }
  }
}
