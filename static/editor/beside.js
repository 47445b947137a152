/**
 * How the frame's label of another kind looks over the picture: a kind with lines as its lines, its fills faint; a kind
 * of fills only as the contour of each area, and a veil over what is none.
 */

import { kindOf } from "./kinds.js";
import { IGNORE } from "./plane.js";
import { profileOf } from "./profile.js";
import { packColor, shownColor } from "./render/colors.js";

/** Shares of the layer's opacity. */
const FAINT = 0.4;
const VEIL = 0.6;
const VEIL_COLOR = [10, 11, 14];

/** Width of a contour in frame pixels. */
const CONTOUR = 2;

/**
 * The other labels of a frame that can be laid over it, each with its kind as the production draws it.
 * @param {{others?: {kind: string, origin: string, label_url: string, profile: object}[]}} assignment
 * @param {{name: string, storage: string}[]} kinds of the API
 */
export function othersOf(assignment, kinds) {
  const known = (assignment.others ?? []).map((other) => ({ ...other, known: kinds.find(({ name }) => name === other.kind) }));
  const maps = known.filter(({ known: kind }) => kind?.storage === "class_map");
  return maps.map(({ known: kind, origin, label_url: url, profile }) => ({ kind: kindOf(kind, profileOf(profile, kind)), origin, url }));
}

/**
 * @param {Uint8Array} values height * width
 * @param {object} kind as `othersOf` gives it
 * @returns {Uint32Array} packed colours, height * width; clear where nothing is shown
 */
export function besidePixels(values, kind, width) {
  const hasLines = kind.entries.some(({ group }) => group === "line");
  return hasLines ? lined(values, kind) : contoured(values, kind, width);
}

function lined(values, kind) {
  const table = colorTable(kind, ({ value, group }) => (group === "line" ? 1 : value === 0 ? 0 : FAINT));
  const pixels = new Uint32Array(values.length);
  for (let at = 0; at < pixels.length; at++) pixels[at] = table[values[at]];
  return pixels;
}

function contoured(values, kind, width) {
  const edge = colorTable(kind, () => 1);
  const area = new Uint32Array(256);
  area[0] = packColor(VEIL_COLOR, VEIL);
  area[IGNORE] = edge[IGNORE];
  const pixels = new Uint32Array(values.length);
  for (let at = 0; at < pixels.length; at++) pixels[at] = (isEdge(values, at, width) ? edge : area)[values[at]];
  return pixels;
}

/** Whether an area that is something ends within two px: the contour lies inside it. */
function isEdge(values, at, width) {
  const value = values[at];
  if (value === 0 || value === IGNORE) return false;
  const x = at % width;
  for (let step = 1; step <= CONTOUR; step++) {
    if ((x >= step && values[at - step] !== value) || (x + step < width && values[at + step] !== value)) return true;
    if (differs(values[at - step * width], value) || differs(values[at + step * width], value)) return true;
  }
  return false;
}

/** Beyond the frame's edge (undefined) nothing ends. */
const differs = (other, value) => other !== undefined && other !== value;

function colorTable(kind, share) {
  const table = new Uint32Array(256);
  for (const entry of kind.entries) table[entry.value] = packColor(shownColor(kind, entry), share(entry));
  table[IGNORE] = packColor(shownColor(kind, { value: IGNORE }), FAINT);
  return table;
}
