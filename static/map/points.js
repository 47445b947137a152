/** Points and values as the server packs them: little-endian, no JSON of a million rows. */

/** Bytes of N points: N uint32 ids, N float32 x, N float32 y. */
export function unpackPoints(buffer) {
  const count = buffer.byteLength / 12;
  if (!Number.isInteger(count)) throw new Error("The map came incomplete. Load the page again.");
  return {
    ids: new Uint32Array(buffer, 0, count),
    xs: new Float32Array(buffer, 4 * count, count),
    ys: new Float32Array(buffer, 8 * count, count),
  };
}

const FIRST = 20_000;

/** Of so many points, every how many-th is shown first, while the others are on their way; 1: all at once. */
export function firstStep(count) {
  return count > 5 * FIRST ? Math.ceil(count / FIRST) : 1;
}

/** Bytes of N float32 values; frames that came or went since the points did would shift them. */
export function unpackValues(buffer, count) {
  if (buffer.byteLength !== 4 * count) throw new Error("Frames were added meanwhile. Load the page again.");
  return new Float32Array(buffer);
}

/** The bytes at an address; an error carries the sentence that the server said. */
export async function bytesAt(url) {
  const response = await fetch(url, { credentials: "same-origin" });
  if (response.ok) return response.arrayBuffer();
  const { error = {} } = await response.json().catch(() => ({}));
  throw new Error([error.message, error.remedy].filter(Boolean).join(" ") || `The server answered ${response.status}.`);
}
