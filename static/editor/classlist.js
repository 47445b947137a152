/** The classes of a frame as the class list shows them, and what a number key draws next. */

import { t } from "./i18n.js";
import { IGNORE } from "./plane.js";

/**
 * @typedef {{value: number, color: string, name: string}} Instance a palette instance of a class
 * @typedef {{index: number, name: string, group: string, text: string, entries: Instance[]}} ClassRow
 *   index: of the class; `IGNORE` for "ignore", which is nobody's class
 *
 * @param {{classes: object[], entries: object[]}} kind with the production's entries and names
 * @param {{classes: number[], names: Record<string, string>}} profile
 * @returns {ClassRow[]} classes in use without retired entries, lines before fills as in the kind, "ignore" last
 */
export function classRows(kind, profile) {
  const offered = { entries: kind.entries.filter(({ retired }) => !retired) };
  const rows = kind.classes
    .filter(({ index }) => profile.classes.includes(index))
    .map((info) => classRow(info, entriesOf(offered, info.index)));
  const ignore = { value: IGNORE, color: "#FFD600", name: t("ignore") };
  return [...rows, { index: IGNORE, name: t("ignore"), group: "", text: t("Cannot be decided"), entries: [ignore] }];
}

/** A class with one instance goes by the name that the production gave it. */
function classRow(info, entries) {
  const name = entries.length === 1 ? entries[0].name : t(info.name);
  return { ...info, name, text: t(info.text ?? ""), entries };
}

/** A class's palette entries, its default first. */
export function entriesOf(kind, index) {
  const entries = kind.entries.filter((entry) => entry.class_index === index);
  return entries.sort((a, b) => a.value - b.value).map(({ value, color, name }) => ({ value, color, name: t(name) }));
}

/**
 * What the number key of a class chooses: the instance of it that was used last, and at the next press the one after.
 * @param {Instance[]} entries of the class
 * @param {number} current stored value drawn with now
 * @param {number | undefined} last stored value of this class that was drawn with last
 * @returns {number | undefined} stored value; undefined for a class without entries
 */
export function nextInstance(entries, current, last) {
  const at = entries.findIndex(({ value }) => value === current);
  if (at >= 0) return entries[(at + 1) % entries.length].value;
  return (entries.find(({ value }) => value === last) ?? entries[0])?.value;
}

/** Pixels of a class. @param {Uint32Array} counts by stored value */
export function classCount(entries, counts) {
  return entries.reduce((sum, { value }) => sum + counts[value], 0);
}

/** A number of pixels in few characters: 950, 12.4k, 3.1M. */
export function shortCount(pixels) {
  if (pixels < 1000) return String(pixels);
  const [unit, letter] = pixels < 1e6 ? [1e3, "k"] : [1e6, "M"];
  const shown = pixels / unit;
  return `${shown < 99.95 ? shown.toFixed(1) : Math.round(shown)}${letter}`;
}

/** A list with a member put in or taken out. */
export function toggled(list, member) {
  return list.includes(member) ? list.filter((other) => other !== member) : [...list, member];
}

/**
 * (256,) 1 for stored values of locked classes.
 * @param {object} kind
 * @param {number[]} locked class indices
 */
export function lockedValues(kind, locked) {
  const table = new Uint8Array(256);
  for (const { value, class_index: index } of kind.entries) table[value] = Number(locked.includes(index));
  table[IGNORE] = Number(locked.includes(IGNORE));
  return table;
}
