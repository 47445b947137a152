/** The table of classes: which are in use, and what their colours are called here. */

import { t } from "../editor/i18n.js";
import { plainName } from "../editor/kinds.js";

/**
 * @param {HTMLElement} body of the table
 * @param {HTMLTemplateElement} template of a row, with a template of a name inside
 * @param {{kind: object, settings: object, changed: () => void}} given
 */
export function showClasses(body, template, { kind, settings, changed }) {
  const rows = kind.classes.map((cls) => {
    const row = template.content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = plainName(t(cls.name));
    row.querySelector("[data-text]").textContent = t(cls.text);
    use(row.querySelector("input"), cls, settings, changed);
    const entries = kind.entries.filter((entry) => entry.class_index === cls.index);
    const name = row.querySelector("template");
    name.replaceWith(...entries.map((entry) => nameField(name, entry, cls, settings, changed)));
    return row;
  });
  body.replaceChildren(...rows);
}

/** Class 0 is what remains where nothing is drawn: it cannot be out of use. */
function use(box, { index, name }, settings, changed) {
  box.checked = settings.classes.includes(index);
  box.disabled = index === 0;
  box.setAttribute("aria-label", t("%(name)s is in use", { name: plainName(t(name)) }));
  if (index === 0) box.dataset.path = "classes";
  box.addEventListener("input", () => {
    const others = settings.classes.filter((used) => used !== index);
    settings.classes = (box.checked ? [...others, index] : others).sort((a, b) => a - b);
    changed();
  });
}

function nameField(template, { value, color }, cls, settings, changed) {
  const part = template.content.firstElementChild.cloneNode(true);
  const field = part.querySelector("input");
  part.querySelector(".pf-swatch").style.background = color;
  field.value = settings.names[value] ?? "";
  field.placeholder = plainName(t(cls.name));
  field.dataset.path = `names.${value}`;
  field.setAttribute("aria-label", t("Name of %(color)s", { color }));
  field.addEventListener("input", () => {
    if (field.value) settings.names[value] = field.value;
    else delete settings.names[value];
    changed();
  });
  return part;
}
