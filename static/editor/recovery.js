/** Finding work that a killed tab or an offline hour left in this browser, and keeping live tabs apart. */

import { gunzip } from "./codec/gzip.js";
import { rebuild } from "./journal.js";

/** An id no other tab has. */
export function newWorkId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Say to other tabs, for as long as this one lives, that a work is being drawn here.
 * @returns {() => void} stops saying so
 */
export function markLive(workId) {
  let release = () => {};
  if (navigator.locks) navigator.locks.request(lockName(workId), () => new Promise((resolve) => (release = resolve)));
  return () => release();
}

/**
 * The newest unsaved work of a tab that is gone.
 * @param {import("./journal.js").Journal} journal
 * @param {object} assignment of the API
 * @param {Uint8Array} start the server's map
 * @returns {Promise<{work: object, values: Uint8Array} | null>}
 */
export async function findAbandoned(journal, assignment, start) {
  for (const work of await journal.find(assignment.id, assignment.holder)) {
    if (work.kept || (await isLive(work.id))) continue;
    const values = await valuesOf(journal, work, assignment.working_copy.version === work.baseVersion ? start : null);
    if (values) return { work, values };
  }
  return null;
}

/** The map a work stands for, or null when its beginning is lost. */
export async function valuesOf(journal, work, start) {
  const base = work.base ? await gunzip(work.base) : start;
  if (!base || base.length !== work.width * work.height) return null;
  return rebuild(work, base, await journal.tiles(work.id));
}

/** Without locks (plain http in a local network) a work counts as abandoned. */
async function isLive(workId) {
  if (!navigator.locks) return false;
  return navigator.locks.request(lockName(workId), { ifAvailable: true }, (lock) => lock === null);
}

function lockName(workId) {
  return `sakkan-work-${workId}`;
}
