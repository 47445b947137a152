/** Run-length packing of small label blocks: history and journal keep tiles in this form. */

const RAW = 0;
const RUNS = 1;

/**
 * Pack stored values as (value, length) runs, or raw where runs would be larger.
 * @param {Uint8Array} values at most 65,535 of them
 * @returns {Uint8Array} first byte 0 (raw) or 1 (runs of value, length low byte, length high byte)
 */
export function packRuns(values) {
  const out = new Uint8Array(values.length + 1);
  let size = 1;
  for (let start = 0; start < values.length; ) {
    const end = runEnd(values, start);
    if (size + 3 > out.length) return packRaw(values);
    out[size++] = values[start];
    out[size++] = (end - start) & 255;
    out[size++] = (end - start) >> 8;
    start = end;
  }
  out[0] = RUNS;
  return out.slice(0, size);
}

/**
 * Undo `packRuns`.
 * @param {Uint8Array} packed
 * @param {Uint8Array} out filled from its start; must have the packed length
 */
export function unpackRuns(packed, out) {
  if (packed[0] === RAW) {
    out.set(packed.subarray(1));
    return out;
  }
  let at = 0;
  for (let i = 1; i < packed.length; i += 3) {
    const end = at + packed[i + 1] + (packed[i + 2] << 8);
    out.fill(packed[i], at, end);
    at = end;
  }
  return out;
}

function packRaw(values) {
  const out = new Uint8Array(values.length + 1);
  out[0] = RAW;
  out.set(values, 1);
  return out;
}

function runEnd(values, start) {
  const value = values[start];
  let end = start + 1;
  while (end < values.length && values[end] === value) end++;
  return end;
}
