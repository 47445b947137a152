/** Whole label maps on the wire and in the local backup: raw stored values, gzipped by the browser itself. */

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export function gzip(bytes) {
  return through(bytes, new CompressionStream("gzip"));
}

/** @param {Uint8Array} bytes @returns {Promise<Uint8Array>} */
export function gunzip(bytes) {
  return through(bytes, new DecompressionStream("gzip"));
}

async function through(bytes, transform) {
  const stream = new Blob([bytes]).stream().pipeThrough(transform);
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
