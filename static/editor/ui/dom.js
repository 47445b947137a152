/** Making elements without a line for each attribute. */

/**
 * @param {string} tag may carry classes: "button.btn.small"
 * @param {Record<string, unknown>} [given] `text`, `on` ({type: listener}), `style` (custom properties too), `data`;
 *   everything else is an attribute: true sets it empty, false, null and undefined leave it out
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(tag, given = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  element.classList.add(...classes);
  const { text, on = {}, style = {}, data = {}, ...attributes } = given;
  if (text !== undefined) element.textContent = text;
  for (const [type, listener] of Object.entries(on)) element.addEventListener(type, listener);
  for (const [property, value] of Object.entries(style)) element.style.setProperty(property, value);
  Object.assign(element.dataset, data);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(attribute, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawn sign of the tool column's style. @param {string} path of a 24 x 24 view box */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const drawn = document.createElementNS(SVG, "path");
  drawn.setAttribute("d", path);
  svg.append(drawn);
  return svg;
}
