/** What the server refused, said at the field it is about. */

import { t } from "../editor/i18n.js";
import { flatErrors } from "./settings.js";

/** Take all marks away. */
export function clearProblems(form) {
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  for (const line of form.querySelectorAll(".pf-problem")) line.remove();
}

/**
 * Say each sentence beside its field and go to the first; what has no field is said above the button.
 * @param {HTMLFormElement} form
 * @param {import("../editor/api.js").ApiError} error
 * @param {(text: string) => void} say a line above the button
 */
export function showProblems(form, error, say) {
  const problems = Object.entries(flatErrors(error.body.error?.fields ?? {}));
  const left = problems.filter(([path, sentence]) => !mark(form, path, sentence));
  form.querySelector("[aria-invalid]")?.focus();
  if (!problems.length) say(error.message);
  else if (left.length) say(left.map(([, sentence]) => sentence).join(" "));
  else say(t("Not saved: see what is marked (%(n)s)", { n: problems.length }));
}

/** @returns {boolean} whether the page has the field */
function mark(form, path, sentence) {
  const field = form.querySelector(`[data-path="${CSS.escape(path)}"]`);
  if (!field) return false;
  const line = document.createElement("p");
  line.className = "pf-problem";
  line.id = `problem-${path.replaceAll(".", "-")}`;
  line.textContent = sentence;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", line.id);
  const row = field.closest(".pf-rows li");
  if (row) row.append(line);
  else (field.closest("[data-problems]") ?? field).after(line);
  return true;
}
