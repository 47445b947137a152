/** Texts in the person's language: Django's catalogue where the page carries one, else the English they are written in. */

/**
 * @param {string} text English, with %(name)s where a value goes
 * @param {Record<string, unknown>} [values]
 */
export function t(text, values = {}) {
  const found = globalThis.gettext?.(text) ?? text;
  return found.replaceAll(/%\((\w+)\)s/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** Mark a text that is translated where it is shown. */
export const mark = (text) => text;
