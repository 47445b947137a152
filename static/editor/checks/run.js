/** All checks over one label map: what a person should look at before handing it in. */

import { dismissalOf } from "./dismissals.js";
import { fillsMeet, holes, specks } from "./fills.js";
import { leaks } from "./leaks.js";
import { borderWithoutLine, lineOutsideCel } from "./pair.js";
import { gather, nearness } from "./places.js";
import { Scene } from "./scene.js";
import { lineWidth, solidBlack } from "./widths.js";

/** The checks by name, the gravest first: this is the order in which they are listed. */
export const CHECKS = {
  leaks,
  "fills-meet": fillsMeet,
  "border-without-line": borderWithoutLine,
  "line-outside-cel": lineOutsideCel,
  "solid-black": solidBlack,
  "line-width": lineWidth,
  holes,
  specks,
};

/** Checks that need lines; a cel mask has none. */
const OF_LINES = ["leaks", "fills-meet", "solid-black", "line-width"];

/** A list longer than this is not read: of each check the gravest so many places are given. */
export const MOST = 12;

/**
 * @typedef {object} Found what one check found
 * @property {string} check
 * @property {number} total open places, of which `places` holds the `MOST` gravest
 * @property {import("./places.js").Finding[]} places
 * @property {(import("./places.js").Finding & {reason: string})[]} dismissed
 */

/**
 * Run the checks that the profile does not switch off.
 * @param {object} given as for `Scene`, and `dismissed`: list of {check, box, reason}
 * @returns {Found[]} of checks that found something, the gravest check first
 */
export function runChecks(given) {
  const scene = new Scene(given);
  const hasLines = scene.isLine.includes(1);
  return Object.entries(CHECKS).flatMap(([check, find]) => {
    if (scene.profile.checks[check] === false || (!hasLines && OF_LINES.includes(check))) return [];
    const places = gather(find(scene), nearness(scene.height));
    return places.length ? [sorted(check, places, given.dismissed ?? [])] : [];
  });
}

/** What one check found, open and dismissed, the largest first as given. @param {object[]} list dismissals @returns {Found} */
export function sorted(check, places, list) {
  const judged = places.map((place) => ({ ...place, reason: dismissalOf(place, list)?.reason ?? "" }));
  const open = judged.filter(({ reason }) => !reason);
  return { check, total: open.length, places: open.slice(0, MOST), dismissed: judged.filter(({ reason }) => reason) };
}
