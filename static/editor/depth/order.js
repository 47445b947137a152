/** Where in a list a dragged line would go. */

/**
 * @param {{top: number, bottom: number}[]} boxes of the lines, top to bottom, before anything moved
 * @param {number} y of the pointer
 * @returns {number} place of the line whose box the pointer is in or nearest to
 */
export function placeUnder(boxes, y) {
  const under = boxes.findIndex(({ bottom }) => y < bottom);
  return under < 0 ? boxes.length - 1 : under;
}
