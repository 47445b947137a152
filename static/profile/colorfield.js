/** A colour as a swatch one picks with and a text one types: both say the same. */

import { t } from "../editor/i18n.js";
import { isColor } from "./settings.js";

/**
 * @param {HTMLElement} host with `input[type=color]` and `input[type=text]`
 * @param {{color: string, name: string, path: string, changed: (color: string) => void}} options name: what it is for
 */
export function colorField(host, { color, name, path, changed }) {
  const [swatch, text] = host.querySelectorAll("input");
  swatch.value = color.toLowerCase();
  text.value = color;
  text.dataset.path = path;
  swatch.setAttribute("aria-label", t("Colour of %(name)s", { name }));
  text.setAttribute("aria-label", t("Colour of %(name)s as #RRGGBB", { name }));
  swatch.addEventListener("input", () => {
    text.value = swatch.value.toUpperCase();
    changed(text.value);
  });
  text.addEventListener("input", () => {
    if (isColor(text.value)) swatch.value = text.value.toLowerCase();
    changed(text.value);
  });
}
