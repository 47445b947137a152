/** Colours of points: a ramp for numbers, apart from each other for names, grey for those without a value. */

const NAMES = ["#6cb6ff", "#e3b341", "#58c98b", "#ff7b72", "#b58cf0", "#4fd1c5", "#f29e4c", "#e879c6", "#a3c644", "#8aa2ff"];
const RAMP = ["#31245f", "#3d4f8f", "#2f7f95", "#35a884", "#86c65a", "#f5e04a"];
export const NOTHING = "#4a4f5a";
const MANY = "#8b909c";

/** "#rrggbb" as the number that a Uint32 view of ImageData takes (little-endian, opaque). */
export function packed(color) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

/** A colour between those of the ramp, `share` from 0 to 1. */
export function rampColor(share) {
  const at = Math.min(Math.max(share, 0), 1) * (RAMP.length - 1);
  const low = Math.min(RAMP.length - 2, Math.floor(at));
  const mixed = [1, 3, 5].map((part) => {
    const [a, b] = [RAMP[low], RAMP[low + 1]].map((color) => Number.parseInt(color.slice(part, part + 2), 16));
    return Math.round(a + (b - a) * (at - low));
  });
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Colour of each of the names: of steps along the ramp, else apart, those beyond the tenth alike. */
export function nameColors(coloring) {
  const { names, form } = coloring;
  if (form === "steps") return names.map((_, place) => rampColor(names.length > 1 ? place / (names.length - 1) : 1));
  return names.map((_, place) => NAMES[place] ?? MANY);
}

/**
 * Ends of the ramp: the 2nd and 98th of a hundred of the values that are there, so that one outlier does not make all
 * others alike; null where there are none.
 */
export function rangeOf(values) {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  if (!known.length) return null;
  const at = (share) => known[Math.round(share * (known.length - 1))];
  const [low, high] = [at(0.02), at(0.98)];
  return low < high ? { low, high } : { low: known[0], high: known[known.length - 1] };
}

/**
 * What the points look like.
 * @param {{form: string, names: string[]}} coloring
 * @param {Float32Array} values a value a point, NaN for none
 * @returns {{colors: Uint32Array, range: ?{low: number, high: number}, counts: number[], unknown: number}} counts a name
 */
export function painted(coloring, values) {
  const colors = new Uint32Array(values.length).fill(packed(NOTHING));
  return coloring.form === "number" ? byNumber(colors, values) : byName(colors, values, coloring);
}

function byNumber(colors, values) {
  const range = rangeOf(values);
  const table = Uint32Array.from({ length: 256 }, (_, step) => packed(rampColor(step / 255)));
  let unknown = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) unknown++;
    else colors[i] = table[stepOf(values[i], range)];
  }
  return { colors, range, counts: [], unknown };
}

function stepOf(value, { low, high }) {
  if (low === high) return 128;
  return Math.round(Math.min(Math.max((value - low) / (high - low), 0), 1) * 255);
}

function byName(colors, values, coloring) {
  const table = nameColors(coloring).map(packed);
  const counts = table.map(() => 0);
  let unknown = 0;
  for (let i = 0; i < values.length; i++) {
    const place = values[i];
    if (counts[place] !== undefined) {
      colors[i] = table[place];
      counts[place]++;
    } else unknown++;
  }
  return { colors, range: null, counts, unknown };
}

/** A packed colour nearer to the ground, for points that are not chosen. */
export function dimmed(color) {
  return ((255 << 24) | ((color >>> 2) & 0x3f3f3f) | 0) >>> 0;
}
