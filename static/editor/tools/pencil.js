/** Pencil: lines of exactly 1, 2 or 3 px, whatever the pressure. */

import { makeBrush } from "./brush.js";

/** Widest pencil in px. */
export const MAX_PENCIL = 3;

const width = ({ pencilSize }) => pencilSize;

export const pencil = makeBrush(
  {
    name: "pencil",
    erases: false,
    stepped: ({ pencilSize }, direction) => ({ pencilSize: Math.min(MAX_PENCIL, Math.max(1, pencilSize + direction)) }),
  },
  width,
  width,
);
