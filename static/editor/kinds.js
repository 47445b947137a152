/** What a label kind says of its stored values: class, group, colour, name. */

import { IGNORE } from "./plane.js";

/** Groups of stored values, as `groupTable` gives them. */
export const FILL = 0;
export const LINE = 1;
export const OTHER = 2;

/** Lines, and what is neither line nor fill, lie over the fills. */
export const isLineGroup = (group) => group !== FILL;

/**
 * The kind as one production draws it: with the entries it added and the names it gave.
 * @param {{name: string, classes: object[], entries: object[]}} kind of the API
 * @param {object} profile of the assignment
 */
export function kindOf(kind, profile) {
  const added = profile.entries.filter(({ value }) => !kind.entries.some((entry) => entry.value === value));
  const entries = [...kind.entries, ...added].map((entry) => ({
    ...entry,
    name: profile.names[entry.value] ?? entry.name,
    group: kind.classes[entry.class_index].group,
  }));
  return { ...kind, entries };
}

/** The palette entry of a stored value; undefined for "ignore" and unknown ones. */
export function entryOf(kind, value) {
  return kind.entries.find((entry) => entry.value === value);
}

/** A class's or entry's name as people read it: names of kinds are identifiers. */
export function plainName(name) {
  return name.replaceAll("_", " ");
}

/** Class index of a stored value; `IGNORE` for "ignore" and unknown ones. */
export function classOf(kind, value) {
  return entryOf(kind, value)?.class_index ?? IGNORE;
}

/** (256,) class index by stored value; `IGNORE` where there is none. */
export function classTable(kind) {
  const table = new Uint8Array(256).fill(IGNORE);
  for (const { value, class_index: index } of kind.entries) table[value] = index;
  return table;
}

/** (256,) group by stored value: `FILL`, `LINE`, or `OTHER` for "ignore" and unknown ones. */
export function groupTable(kind) {
  const table = new Uint8Array(256).fill(OTHER);
  for (const { value, class_index: index } of kind.entries) {
    table[value] = kind.classes[index].group === "line" ? LINE : FILL;
  }
  return table;
}
