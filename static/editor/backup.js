/** One frame's local backup: what this tab draws, what a killed tab left behind, what was put aside. */

import { gunzip, gzip } from "./codec/gzip.js";
import { rebuild } from "./journal.js";

/** A lock held for longer than this is held by a living tab. */
const DYING_MS = 500;

export class Backup {
  /**
   * @param {object} options
   * @param {import("./journal.js").Journal | null} options.journal null where the browser has no storage to give
   * @param {object} options.assignment of the API
   * @param {import("./sheet.js").Sheet} options.sheet
   * @param {(works: boolean) => void} options.onState
   */
  constructor({ journal, assignment, sheet, onState }) {
    Object.assign(this, { journal, assignment, sheet, onState });
    this.packing = null;
    this.#begin(assignment.working_copy.version);
  }

  /** Write a change down at once. @param {number} seq its number @param {number[]} tiles */
  record(seq, tiles) {
    if (!this.journal) return;
    Object.assign(this.work, { seq, updatedAt: Date.now() });
    const states = tiles.map((tile) => ({ tile, bytes: this.sheet.packTile(tile) }));
    this.guard(this.journal.record(this.work, states));
    this.#packBase();
  }

  /** The server has everything up to `seq` as this version; `body` is that map, gzipped. */
  async saved(version, body, seq) {
    // What lies under the lines is kept here only: the server's map is flat.
    const base = this.sheet.ink && this.journal ? await gzip(this.sheet.planesCopy()) : body;
    this.work = { ...this.work, baseVersion: version, base, updatedAt: Date.now() };
    if (this.journal) this.guard(this.journal.saved(this.work, seq));
  }

  /** Go on from another version with nothing unsaved. */
  restart(version) {
    const old = this.work.id;
    this.close();
    this.#begin(version);
    if (this.journal) this.guard(this.journal.remove(old));
  }

  /** Go on over another version with everything unsaved. */
  rebase(version) {
    this.work = { ...this.work, baseVersion: version, base: null };
  }

  /** Keep a whole map beside the frame. */
  async putAside(values, why) {
    if (!this.journal || !values) return;
    const work = this.#newWork(this.work.baseVersion);
    await this.guard(this.journal.keep({ ...work, base: await gzip(values), kept: why }));
  }

  /** Maps put aside, newest first. @returns {Promise<{id: string, kept: string, updatedAt: number}[]>} */
  async keptWorks() {
    return (await this.#works()).filter((work) => work.kept);
  }

  /** The map a work stands for, or null when its beginning is lost. */
  async valuesOf(work, start = null) {
    const base = work.base ? await gunzip(work.base) : start;
    if (!base || base.length % (work.width * work.height)) return null;
    return rebuild(work, base, await this.journal.tiles(work.id));
  }

  /** The newest unsaved work of a tab that is gone. @returns {Promise<{work: object, values: Uint8Array} | null>} */
  async abandoned() {
    const version = this.assignment.working_copy.version;
    for (const work of await this.#works()) {
      if (work.kept || (await isLive(work.id))) continue;
      const values = await this.valuesOf(work, work.baseVersion === version ? this.sheet.planesCopy() : null);
      if (values) return { work, values };
    }
    return null;
  }

  forget(work) {
    return this.journal.remove(work.id);
  }

  /** This tab is done with the frame. */
  close() {
    this.unmark();
  }

  #works() {
    return this.journal?.find(this.assignment.id, this.assignment.holder) ?? Promise.resolve([]);
  }

  #begin(version) {
    this.work = this.#newWork(version);
    this.unmark = markLive(this.work.id);
  }

  #newWork(baseVersion) {
    const { id: assignment, holder, frame } = this.assignment;
    const { width, height } = frame;
    const state = { baseVersion, base: null, seq: 0, updatedAt: Date.now(), kept: "" };
    return { id: newWorkId(), assignment, user: holder ?? "", width, height, ...state };
  }

  /** Make the work stand by itself, also when the server's map has changed by the time it is needed. */
  async #packBase() {
    const { work } = this;
    if (work.base || this.packing === work) return;
    this.packing = work;
    const base = await gzip(this.sheet.planesCopy());
    if (work !== this.work) return;
    work.base = base;
    await this.guard(this.journal.record(work, []));
  }

  /** Wait for a write and say whether this browser still keeps a backup. */
  async guard(writing) {
    try {
      await writing;
      this.onState(true);
    } catch {
      this.onState(false);
    }
  }
}

/** An id no other tab has. */
function newWorkId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Say to other tabs, for as long as this one lives, that a work is drawn here. @returns {() => void} stops it */
function markLive(workId) {
  let release = () => {};
  navigator.locks?.request(lockName(workId), () => new Promise((resolve) => (release = resolve)));
  return () => release();
}

/**
 * Without locks (plain http in a local network) every work counts as abandoned. A tab that dies holds its lock for an
 * instant longer, so that a lock that is taken is waited for, a moment.
 */
async function isLive(workId) {
  if (!navigator.locks) return false;
  const signal = AbortSignal.timeout(DYING_MS);
  return navigator.locks.request(lockName(workId), { signal }, () => false).catch(() => true);
}

function lockName(workId) {
  return `sakkan-work-${workId}`;
}
