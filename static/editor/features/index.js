/** The parts of the editor. Each brings its settings, keys, actions and its place in the page; none knows another. */

import { feature as beside } from "./beside.js";
import { feature as carry } from "./carry.js";
import { feature as checks } from "./checks.js";
import { feature as classes } from "./classes.js";
import { feature as comments } from "./comments.js";
import { feature as cursor } from "./cursor.js";
import { feature as draft } from "./draft.js";
import { feature as drawing } from "./drawing.js";
import { feature as effort } from "./effort.js";
import { feature as elsewhere } from "./elsewhere.js";
import { feature as fill } from "./fill.js";
import { feature as film } from "./film.js";
import { feature as guide } from "./guide.js";
import { feature as keys } from "./keys.js";
import { feature as lines } from "./lines.js";
import { feature as onion } from "./onion.js";
import { feature as restored } from "./restored.js";
import { feature as versions } from "./versions.js";
import { feature as view } from "./view.js";
import { feature as why } from "./why.js";

/**
 * @typedef {object} Feature
 * @property {string} name
 * @property {object} [settings] defaults of the person's settings
 * @property {string[]} [perFrame] those of them that begin anew on each frame
 * @property {Record<string, string>} [keys] action -> chord
 * @property {string[]} [repeating] actions that go on while the key is held
 * @property {Record<string, Record<string, string>>} [texts] group -> action -> what the shortcut sheet says
 * @property {(editor: object) => Record<string, () => void>} [actions]
 * @property {(editor: object) => void} [mount] called once, with the page there
 */

/** @type {Feature[]} */
export const FEATURES = [
  drawing,
  view,
  restored,
  fill,
  lines,
  classes,
  draft,
  beside,
  checks,
  comments,
  versions,
  film,
  onion,
  carry,
  effort,
  elsewhere,
  guide,
  why,
  cursor,
  keys,
];

/** One table of all that the features bring under a name: `merged("keys")`, `merged("settings")`. */
export function merged(property, features = FEATURES) {
  return Object.assign({}, ...features.map((feature) => feature[property]));
}

/** All entries of the features' lists under a name: `listed("perFrame")`, `listed("repeating")`. */
export function listed(property, features = FEATURES) {
  return features.flatMap((feature) => feature[property] ?? []);
}

/** The shortcut sheet's texts by group, in the order the features come. */
export function sheetTexts(features = FEATURES) {
  const sheet = {};
  for (const { texts } of features) {
    for (const [group, actions] of Object.entries(texts ?? {})) sheet[group] = { ...sheet[group], ...actions };
  }
  return sheet;
}
