/** What the checks are told of the open frame. */

import { FILL, LINE, groupTable } from "../kinds.js";

const BOOKS = ["book_line", "book_fill"];

/**
 * Plain data for `runChecks` and `cleanUp`.
 * @param {object} doc
 * @param {import("./dismissals.js").Dismissal[]} dismissed
 * @param {{kind: object, values: Uint8Array} | null} other the frame's accepted label of the other kind
 */
export function checksPayload(doc, dismissed, other) {
  const { kind, width, height, profile } = doc;
  const values = doc.sheet.values.slice();
  const { line_width, gap, solid_black, speck, hole, checks } = profile;
  return {
    values,
    width,
    height,
    isLine: flags(kind, LINE),
    isFill: flags(kind, FILL),
    profile: { line_width, gap, solid_black, speck, hole, checks },
    dismissed,
    pair: other && pairOf({ kind, values }, other),
  };
}

function pairOf(own, other) {
  const douga = own.kind.name === "douga" ? own : other;
  const cel = douga === own ? other : own;
  const books = new Set(douga.kind.classes.filter(({ name }) => BOOKS.includes(name)).map(({ index }) => index));
  const isBook = new Uint8Array(256);
  for (const { value, class_index: index } of douga.kind.entries) isBook[value] = Number(books.has(index));
  return { cel: cel.values, douga: douga.values, isLine: flags(douga.kind, LINE), isBook };
}

/** (256,) 1 for stored values of a group. */
function flags(kind, wanted) {
  return groupTable(kind).map((group) => Number(group === wanted));
}
