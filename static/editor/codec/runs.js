/** Run-length packing of small label blocks: history and journal keep tiles in this form. */

const RAW = 0;
const RUNS = 1;
let scratch = new Uint8Array(8192);

/**
 * Pack stored values as (value, length) runs, or raw where runs would be larger.
 * @param {Uint8Array} values at most 65,535 of them
 * @returns {Uint8Array} first byte 0 (raw) or 1 (runs of value, length low byte, length high byte)
 */
export function packRuns(values) {
  if (scratch.length < values.length) scratch = new Uint8Array(values.length);
  let size = 1;
  for (let start = 0; start < values.length; ) {
    const end = runEnd(values, start);
    if (size + 3 > values.length) return packRaw(values);
    scratch[size++] = values[start];
    scratch[size++] = (end - start) & 255;
    scratch[size++] = (end - start) >> 8;
    start = end;
  }
  scratch[0] = RUNS;
  return scratch.slice(0, size);
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
