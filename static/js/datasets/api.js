/** Small fetch helpers of the dataset pages. */

/** The CSRF token that Django put into its cookie. */
export function csrfToken() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}

/** JSON in, JSON out; an error carries the sentence that the server said. */
export async function call(url, { method = "GET", body } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(url, { method, headers, body: body && JSON.stringify(body), credentials: "same-origin" });
  if (response.status === 204) return null;
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(sentence(data, response.status));
  return data;
}

function sentence(data, status) {
  const error = data.error || {};
  const fields = Object.entries(error.fields || {}).map(([name, texts]) => `${name}: ${[].concat(texts).join(" ")}`);
  return [error.message, error.remedy, ...fields].filter(Boolean).join(" ") || `The server answered ${status}.`;
}

/** Bytes in words. */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  const value = bytes / 1000 ** power;
  return `${value < 10 && power ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
