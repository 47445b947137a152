/** One file on its way to the server by tus, in pieces; who shows what of it says so. */
import { t } from "../../editor/i18n.js";
import { csrfToken } from "./api.js";

const PIECE = 8 * 2 ** 20;
const RETRIES = [0, 1000, 3000, 5000, 10000, 30000];

/**
 * An upload that has not begun.
 *
 * @param {File} file
 * @param {string} url of the uploads
 * @param {{onProgress?: Function, onSuccess: Function, onError: Function}} told as tus.Upload takes them
 */
export function uploadOf(file, url, told) {
  return new tus.Upload(file, {
    endpoint: url,
    chunkSize: PIECE,
    retryDelays: RETRIES,
    metadata: { filename: file.name },
    removeFingerprintOnSuccess: true,
    onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
    onShouldRetry: (error) => ![400, 401, 403, 404, 415].includes(error.originalResponse?.getStatus()),
    ...told,
  });
}

/** The id of an upload, null before it was announced. */
export function idOf(upload) {
  return upload.url ? upload.url.replace(/\/$/, "").split("/").pop() : null;
}

/** What the server said of a failed upload: {message, remedy, code}. */
export function answerOf(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).error;
  } catch {
    // no answer, or none of ours
    return { message: t("The connection broke. Go on when it is back; what arrived is kept.") };
  }
}

/** Send a small file at once; its id, or an error with the server's sentence. */
export function send(file, url) {
  return new Promise((resolve, reject) => {
    const upload = uploadOf(file, url, {
      onSuccess: () => resolve(idOf(upload)),
      onError: (error) => {
        const { message, remedy } = answerOf(error);
        reject(new Error([message, remedy].filter(Boolean).join(" ")));
      },
    });
    upload.start();
  });
}
