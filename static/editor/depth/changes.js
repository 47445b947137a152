/**
 * Changes of the list of layers, each with its inverse. Layers and lists are never changed in place, so a step of the
 * history weighs what it changed.
 *
 * @typedef {{do: "insert", at: number, layer: object} | {do: "remove", at: number} | {do: "move", at: number, to: number} |
 *   {do: "set", at: number, with: object} |
 *   {do: "replace", with: object[]} | {do: "all", steps: Delta[]}} Delta
 */

/**
 * @param {object[]} layers front to back
 * @param {Delta} delta
 * @returns {{layers: object[], inverse: Delta}} the list after it, and what takes it back
 */
export function applied(layers, delta) {
  return APPLY[delta.do](layers, delta);
}

const APPLY = {
  insert: (layers, { at, layer }) => ({ layers: layers.toSpliced(at, 0, layer), inverse: { do: "remove", at } }),
  remove: (layers, { at }) => ({ layers: layers.toSpliced(at, 1), inverse: { do: "insert", at, layer: layers[at] } }),
  move: (layers, { at, to }) => ({ layers: moved(layers, at, to), inverse: { do: "move", at: to, to: at } }),
  set: (layers, { at, with: values }) => {
    const before = Object.fromEntries(Object.keys(values).map((key) => [key, layers[at][key]]));
    return { layers: layers.with(at, { ...layers[at], ...values }), inverse: { do: "set", at, with: before } };
  },
  replace: (layers, { with: others }) => ({ layers: others, inverse: { do: "replace", with: layers } }),
  all: (layers, { steps }) => {
    const inverses = [];
    for (const step of steps) {
      const done = applied(layers, step);
      layers = done.layers;
      inverses.unshift(done.inverse);
    }
    return { layers, inverse: { do: "all", steps: inverses } };
  },
};

function moved(layers, at, to) {
  return layers.toSpliced(at, 1).toSpliced(to, 0, layers[at]);
}

/**
 * Depths by order alone: the foremost of n layers gets 1, the hindmost 1 / n. A layer that shows a map keeps it; a
 * gradient is moved as a whole, so far that its nearer end has the layer's depth, and held within 0..1.
 * @param {object[]} layers front to back
 * @returns {Delta}
 */
export function spacedEvenly(layers) {
  const drawn = layers.map((layer, at) => ({ layer, at })).filter(({ layer }) => !layer.map);
  const steps = drawn.map(({ layer, at }, rank) => {
    const depth = (drawn.length - rank) / drawn.length;
    return { do: "set", at, with: { depth: shifted(layer.depth, depth) } };
  });
  return { do: "all", steps };
}

/** The same depth or gradient with its nearer end at `nearest`. */
export function shifted(depth, nearest) {
  if (typeof depth === "number") return nearest;
  const by = nearest - nearestOf(depth);
  const move = ([x, y, value]) => [x, y, Math.min(1, Math.max(0, value + by))];
  return { from: move(depth.from), to: move(depth.to) };
}

/** The largest depth a layer has. */
export function nearestOf(depth) {
  return typeof depth === "number" ? depth : Math.max(depth.from[2], depth.to[2]);
}

/** Depth for a new layer: half way between the nearest of those drawn and the viewer; behind all of them half of theirs. */
export function depthInFront(layers, behind = false) {
  const drawn = layers.filter((layer) => !layer.map);
  if (behind && drawn.length) return Math.round(50 * Math.min(...drawn.map(({ depth }) => nearestOf(depth)))) / 100;
  const nearest = drawn.length ? Math.max(...drawn.map(({ depth }) => nearestOf(depth))) : 0;
  return Math.round(100 * ((1 + nearest) / 2)) / 100;
}
