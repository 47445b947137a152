/** The server, as the editor sees it. Every failure is an `ApiError` with a kind the page can act on. */

import { t } from "./i18n.js";

/** Browsers refuse larger bodies on requests that outlive the page. */
const KEEPALIVE_LIMIT = 60000;

export class ApiError extends Error {
  /**
   * @param {"offline" | "signed_out" | "conflict" | "held" | "refused"} kind
   * @param {string} message one sentence
   * @param {object} [body] the server's answer
   */
  constructor(kind, message, body = {}) {
    super(message);
    this.kind = kind;
    this.body = body;
    this.code = body.error?.code ?? kind;
  }
}

export class Api {
  /** @param {string} csrf token of the page, for when its cookie cannot be read */
  constructor(csrf, fetcher = (...args) => fetch(...args)) {
    this.csrf = csrf;
    this.fetch = fetcher;
  }

  assignment(id) {
    return this.#json("GET", `/api/assignments/${id}/`);
  }

  claim(id) {
    return this.#json("POST", `/api/assignments/${id}/claim/`, {});
  }

  renew(id, activeSeconds) {
    return this.#json("POST", `/api/assignments/${id}/renew/`, { active_seconds: activeSeconds });
  }

  release(id) {
    return this.#json("POST", `/api/assignments/${id}/release/`, {});
  }

  skip(id, reason, note) {
    return this.#json("POST", `/api/assignments/${id}/skip/`, { reason, note });
  }

  /** @param {object[]} [findings] what the checks found, with the reasons for which some were dismissed */
  submit(id, expectedVersion, comment = "", findings = []) {
    const handed = { expected_version: expectedVersion, comment, findings };
    return this.#json("POST", `/api/assignments/${id}/submit/`, handed);
  }

  /** @returns {Promise<object | null>} the next assignment, claimed; null when none is left */
  next(pool, kind) {
    return this.#json("POST", "/api/assignments/next/", { pool, kind });
  }

  /**
   * Save the label map by compare-and-set.
   * @param {number} id assignment
   * @param {number} version the version this map started from
   * @param {Uint8Array} body gzipped stored values, row by row
   * @param {number} activeSeconds total on this frame
   * @returns {Promise<{version: number}>}
   */
  save(id, version, body, activeSeconds) {
    return this.saveAt(`/api/assignments/${id}/working-copy/`, version, body, activeSeconds);
  }

  /** The same at another address: what is drawn by layers is saved as a document. */
  saveAt(url, version, body, activeSeconds) {
    return this.#send("PUT", url, {
      body,
      keepalive: body.length < KEEPALIVE_LIMIT,
      headers: {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "gzip",
        "If-Match": `"${version}"`,
        "X-Active-Seconds": activeSeconds.toFixed(1),
      },
    }).then((response) => response.json());
  }

  /** @param {string} url one of `assignment.urls`, with a query if need be */
  get(url) {
    return this.#json("GET", url);
  }

  /** @param {{keepalive?: boolean}} [options] keepalive: it may outlive the page, if it is small */
  post(url, data, options = {}) {
    return this.#json("POST", url, data, options);
  }

  patch(url, data) {
    return this.#json("PATCH", url, data);
  }

  /** Stored values of a label file, row by row. @returns {Promise<Uint8Array>} */
  async label(url) {
    const raw = url + (url.includes("?") ? "&" : "?") + "raw=1";
    const response = await this.#send("GET", raw, {});
    return new Uint8Array(await response.arrayBuffer());
  }

  /** @returns {Promise<Blob>} a picture's bytes */
  async picture(url) {
    return (await this.#send("GET", url, {})).blob();
  }

  /** Replace what lies at an address. @returns {Promise<object>} what lies there then */
  replace(url, data) {
    return this.#json("PUT", url, data);
  }

  async #json(method, url, data, options = {}) {
    const headers = data === undefined ? {} : { "Content-Type": "application/json" };
    const body = data === undefined ? undefined : JSON.stringify(data);
    const response = await this.#send(method, url, { ...options, headers, body });
    return response.status === 204 ? null : response.json();
  }

  async #send(method, url, options) {
    const headers = { Accept: "application/json, */*", "X-CSRFToken": csrfCookie() ?? this.csrf, ...options.headers };
    let response;
    try {
      response = await this.fetch(url, { ...options, method, headers, credentials: "same-origin" });
    } catch {
      throw new ApiError("offline", t("The server cannot be reached."));
    }
    if (response.redirected && new URL(response.url).pathname.startsWith("/login")) {
      throw new ApiError("signed_out", t("You are signed out."));
    }
    if (!response.ok) throw await failure(response);
    return response;
  }
}

/** Signing in again in another tab changes the token; the cookie is always the newest. */
function csrfCookie() {
  return globalThis.document?.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
}

async function failure(response) {
  const body = await response.json().catch(() => ({}));
  const message = [body.error?.message, body.error?.remedy].filter(Boolean).join(" ");
  return new ApiError(failureKind(response.status, body), message || t("The server answered %(status)s.", { status: response.status }), body);
}

function failureKind(status, body) {
  const code = body.error?.code;
  if (status === 401 || code === "not_authenticated" || code === "authentication_failed") return "signed_out";
  if (code === "working_copy_conflict") return "conflict";
  if (status === 409) return "held";
  return status >= 500 || status === 429 ? "offline" : "refused";
}
