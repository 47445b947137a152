/** What is saved: the layers as one document of JSON, read by `modeling.depth.layers`. */

const FORMAT = "sakkan-depth-layers";

/** @param {import("./render.js").Layer[]} layers @param {{width: number, height: number}} size @returns {Uint8Array} */
export function encoded(layers, { width, height }) {
  return new TextEncoder().encode(JSON.stringify({ format: FORMAT, version: 1, width, height, layers }));
}

/** @param {Uint8Array} bytes @returns {import("./render.js").Layer[]} front to back */
export function decoded(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes)).layers;
}
