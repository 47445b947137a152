/** The values of the frame with colour, name and share, the most frequent first. */

import { t } from "../editor/i18n.js";
import { plainName } from "../editor/kinds.js";
import { IGNORE } from "../editor/plane.js";
import { IGNORE_COLOR, shownAs } from "./colors.js";

/**
 * @param {HTMLElement} list
 * @param {Map<number, {count: number}>} found in the frame
 * @param {object} kind with the production's names and entries
 * @param {object} settings
 * @param {(value: number | null) => void} only called with the value that alone is to be seen
 */
export function showLegend(list, found, kind, settings, only) {
  const total = [...found.values()].reduce((sum, { count }) => sum + count, 0);
  const values = [...found].sort((a, b) => b[1].count - a[1].count);
  list.replaceChildren(...values.map(([value, { count }]) => item(entryFor(kind, value), count / total, settings, only)));
}

function entryFor(kind, value) {
  if (value === IGNORE) return { value, name: t("ignore"), shown: IGNORE_COLOR, class_index: null };
  const entry = kind.entries.find((known) => known.value === value);
  if (!entry) return { value, name: t("stored value %(value)s", { value }), shown: "#808080", class_index: null };
  return { ...entry, name: plainName(t(entry.name)), shown: shownAs(kind, entry) };
}

function item({ value, name, shown, class_index: index, retired }, share, settings, only) {
  const button = document.createElement("button");
  const unused = index !== null && (retired || !settings.classes.includes(index));
  button.type = "button";
  button.dataset.value = value;
  button.className = "pf-legend-item";
  button.append(swatch(shown), name, quiet(share < 0.001 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`));
  if (unused) button.append(warning());
  button.addEventListener("pointerenter", () => only(value));
  button.addEventListener("pointerleave", () => only(null));
  button.addEventListener("focus", () => only(value));
  button.addEventListener("blur", () => only(null));
  return button;
}

function swatch(color) {
  const element = document.createElement("span");
  element.className = "pf-swatch";
  element.style.background = color;
  return element;
}

function quiet(text) {
  const element = document.createElement("span");
  element.className = "quiet num";
  element.textContent = text;
  return element;
}

function warning() {
  const element = document.createElement("span");
  element.className = "warn";
  element.textContent = t("not in use");
  return element;
}

/** Light up the value under the pointer. */
export function markLegend(list, value) {
  for (const button of list.children) button.classList.toggle("now", Number(button.dataset.value) === value);
}
