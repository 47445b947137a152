/** Regions that the frame's other labels know. */

/** Kind and classes of each: layers are taken from them, and depth is checked against them. */
export const KNOWN = { cel: { kind: "cel", classes: ["cel"] }, book: { kind: "douga", classes: ["book_line", "book_fill"] } };

/**
 * Where a label map has one of some classes.
 * @param {Uint8Array} values height * width
 * @param {object} kind as the production draws it
 * @param {string[]} names of classes
 * @returns {Uint8Array} 1 there
 */
export function regionOf(values, kind, names) {
  const wanted = new Uint8Array(256);
  for (const { value, class_index: at } of kind.entries) wanted[value] = Number(names.includes(kind.classes[at].name));
  return values.map((value) => wanted[value]);
}
