/** The model's draft votes for a region's class. */

import { t } from "../i18n.js";
import { entryOf } from "../kinds.js";
import { vote } from "./fill.js";

/** "Draft: cel 83 %" */
export function voteText(kind, { value, share }) {
  const name = entryOf(kind, value)?.name ?? "ignore";
  return t("Draft: %(name)s %(share)s %", { name: t(name), share: Math.round(100 * share) });
}

/** Set a span to what the draft says, also where a line of the label map is and the draft has none. */
export function putVote(edit, y, x0, x1, value) {
  if (edit.sheet.ink && !edit.sheet.isLine(value)) edit.eraseSpan(y, x0, x1, "ink");
  edit.fillSpan(y, x0, x1, value);
}

/**
 * Give every region the class that most of it has in the draft; what is under lines goes with the nearest region.
 * @param {import("../history.js").Edit} edit
 * @param {import("./build.js").RegionMap} map
 * @param {Uint8Array} draft height * width stored values
 */
export function fillByVotes(edit, map, draft) {
  const values = new Uint8Array(map.count + 1);
  for (let region = 1; region <= map.count; region++) values[region] = vote(map, region, draft).value;
  for (let y = 0; y < map.height; y++) votedRow(map, values, y, (x0, x1, value) => putVote(edit, y, x0, x1, value));
}

function votedRow({ labels, width }, values, y, emit) {
  const row = labels.subarray(y * width, (y + 1) * width);
  for (let x0 = 0, x1 = 1; x0 < width; x0 = x1++) {
    while (x1 < width && values[row[x1]] === values[row[x0]]) x1++;
    emit(x0, x1, values[row[x0]]);
  }
}
