/** All checks over one label map: what a person should look at before handing it in. */

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
 * Run the checks that the profile does not switch off.
 * @param {object} given as for `Scene`
 * @returns {{check: string, total: number, places: import("./places.js").Finding[]}[]} checks that found something;
 *   total: places found, of which `places` holds the `MOST` gravest
 */
export function runChecks(given) {
  const scene = new Scene(given);
  const hasLines = scene.isLine.includes(1);
  const reach = nearness(scene.height);
  return Object.entries(CHECKS).flatMap(([check, find]) => {
    if (scene.profile.checks[check] === false || (!hasLines && OF_LINES.includes(check))) return [];
    const places = gather(find(scene), reach);
    return places.length ? [{ check, total: places.length, places: places.slice(0, MOST) }] : [];
  });
}
