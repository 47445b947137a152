/** A profile's settings as plain data: paths into them, units, free values. No DOM. */

/** Stored values that a production may give to entries of its own, as in modeling/labels.py. */
export const FIRST_ADDED = 20;
export const LAST_ADDED = 254;

/** Widths are shown in px of a frame of so many lines, since nobody thinks in shares of a height. */
export const LINES = 1080;

/** Colour of ignored pixels, which no entry has. */
const IGNORE_COLOR = "#FF00FF";

/** What stands at a path such as "entries.2.color". */
export function valueAt(settings, path) {
  return path.split(".").reduce((part, key) => part?.[key], settings);
}

/** Put a value at a path whose parents are there. */
export function putAt(settings, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  keys.reduce((part, key) => part[key], settings)[last] = value;
}

/** px of a frame with so many lines, to a tenth. */
export function pxOf(share, lines = LINES) {
  return Math.round(10 * share * lines) / 10;
}

/** Share of the height of px at `LINES` lines. */
export function shareOf(px) {
  return Math.round((1e6 * px) / LINES) / 1e6;
}

/** The smallest value that no entry has; null when all are taken. @param {{value: number}[]} entries */
export function freeValue(entries) {
  const taken = new Set(entries.map(({ value }) => value));
  for (let value = FIRST_ADDED; value <= LAST_ADDED; value++) if (!taken.has(value)) return value;
  return null;
}

/**
 * A colour as far from all others as one of a fixed fan of colours can be.
 * @param {string[]} taken "#RRGGBB"
 * @returns {string} "#RRGGBB"
 */
export function freeColor(taken) {
  const others = [...taken, IGNORE_COLOR].map(channels);
  const nearest = (color) => Math.min(...others.map((other) => distance(channels(color), other)));
  return fan().reduce((best, color) => (nearest(color) > nearest(best) ? color : best));
}

function fan() {
  const levels = [32, 96, 160, 224];
  const colors = levels.flatMap((red) => levels.flatMap((green) => levels.map((blue) => [red, green, blue])));
  return colors.map((parts) => `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("").toUpperCase()}`);
}

/** "#RRGGBB" -> [red, green, blue]. */
function channels(hex) {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function distance(a, b) {
  return a.reduce((sum, part, i) => sum + (part - b[i]) ** 2, 0);
}

/** Whether a text is a colour as the profile writes them. */
export function isColor(text) {
  return /^#[0-9a-f]{6}$/i.test(text);
}

/**
 * One sentence by path of what the server refused, however deep it nests them.
 * @param {object | string[] | string} fields of the error's body
 * @returns {Record<string, string>}
 */
export function flatErrors(fields, path = "") {
  if (typeof fields === "string") return { [path]: fields };
  if (Array.isArray(fields) && typeof fields[0] === "string") return { [path]: fields.join(" ") };
  const parts = Object.entries(fields).map(([key, value]) => flatErrors(value, path ? `${path}.${key}` : key));
  return Object.assign({}, ...parts);
}

/** Whether two settings say the same. */
export function isSame(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}
