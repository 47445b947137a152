/**
 * Files on their way to the server: several at once, in pieces, each to be paused and gone on with, also after a
 * reload: tus-js-client keeps the address of every upload in localStorage and finds it again by the file's fingerprint.
 */
import { t } from "../../editor/i18n.js";
import { call, size } from "./api.js";
import { answerOf, idOf, uploadOf } from "./send.js";

const AT_ONCE = 2;

/** What no second try can change: the rest goes on without such a file. */
const FINAL = ["unknown_kind", "upload_size"];

/** One file on its way: waiting, running, paused, done, failed, or refused for good. */
class Row {
  constructor(file, { url, template, list, changed }) {
    this.file = file;
    this.changed = changed;
    this.list = list;
    this.state = "waiting";
    this.sent = 0;
    this.problem = "";
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.querySelector(".upload-name").textContent = file.name;
    this.pauseButton = this.element.querySelector(".upload-pause");
    this.pauseButton.addEventListener("click", () => this.toggle());
    this.element.querySelector(".upload-remove").addEventListener("click", () => this.remove());
    this.upload = uploadOf(file, url, {
      onProgress: (sent, total) => this.show("running", sent, total),
      onSuccess: () => this.finish(),
      onError: (error) => this.fail(error),
    });
    this.show("waiting", 0, file.size);
  }

  get id() {
    return idOf(this.upload);
  }

  async begin() {
    this.show("running", this.sent, this.file.size);
    if (!this.upload.url) {
      const earlier = await this.upload.findPreviousUploads();
      if (earlier.length) this.upload.resumeFromPreviousUpload(earlier[0]);
    }
    this.upload.start();
  }

  toggle() {
    if (this.state === "running") {
      this.upload.abort();
      this.show("paused", this.sent, this.file.size);
    } else {
      this.show("waiting", this.sent, this.file.size);
    }
    this.changed();
  }

  async remove() {
    this.list.delete(this);
    this.element.remove();
    await this.upload.abort(true).catch(() => {});
    this.changed();
  }

  finish() {
    this.show("done", this.file.size, this.file.size);
    this.changed();
  }

  fail(error) {
    const answer = answerOf(error);
    this.problem = [answer.message, answer.remedy].filter(Boolean).join(" ");
    this.show(FINAL.includes(answer.code) ? "refused" : "failed", this.sent, this.file.size);
    this.changed();
  }

  refuse(text) {
    this.problem = text;
    this.show("refused", 0, this.file.size);
  }

  show(state, sent, total) {
    this.state = state;
    this.sent = sent;
    const words = {
      waiting: t("waiting"),
      paused: t("paused"),
      done: t("here"),
      failed: t("stopped"),
      refused: t("left out"),
    };
    const share = total ? Math.floor((100 * sent) / total) : 0;
    const text = words[state] || `${share} %`;
    this.element.querySelector(".upload-state").textContent = `${text} · ${size(total)}`;
    const bar = this.element.querySelector("progress");
    bar.value = total ? sent / total : 0;
    bar.hidden = state === "done" || state === "refused";
    const problem = this.element.querySelector(".upload-problem");
    problem.hidden = state !== "failed" && state !== "refused";
    problem.textContent = this.problem;
    this.element.dataset.state = state;
    this.pauseButton.textContent = state === "running" ? t("Pause") : t("Go on");
    this.pauseButton.hidden = ["done", "waiting", "refused"].includes(state);
  }
}

/**
 * The list of uploads of a page that includes `datasets/_uploads.html`.
 *
 * @param {{url: string, changed: (counts: {wanted: number, rest: number, refused: number}) => void}} options url: of the
 *   uploads; changed: called whenever a file comes, arrives or goes
 */
export function uploadList({ url, changed }) {
  const list = document.getElementById("list");
  const drop = document.getElementById("drop");
  const input = document.getElementById("files");
  const template = document.getElementById("row");
  const rows = new Set();

  function add(files, folders = []) {
    for (const file of files) {
      const known = [...rows].some((row) => row.file.name === file.name && row.file.size === file.size);
      if (known) continue;
      const row = new Row(file, { url, template, list: rows, changed: schedule });
      rows.add(row);
      list.append(row.element);
      if (folders.includes(file.name)) {
        row.refuse(t("A folder. Drop the files in it, or pack it as a zip to keep their paths."));
      } else if (!file.size) row.refuse(t("%(name)s is empty. Copy it again from its source.", { name: file.name }));
      document.querySelector(`#earlier-list [data-name="${CSS.escape(file.name)}"]`)?.remove();
    }
    schedule();
  }

  /** Keep a few uploads going and say what is missing. */
  function schedule() {
    const all = [...rows];
    const waiting = all.filter((row) => row.state === "waiting");
    const running = all.filter((row) => row.state === "running").length;
    waiting.slice(0, Math.max(0, AT_ONCE - running)).forEach((row) => row.begin());
    const wanted = all.filter((row) => row.state !== "refused");
    const rest = wanted.filter((row) => row.state !== "done").length;
    changed({ wanted: wanted.length, rest, refused: all.length - wanted.length });
  }

  function take() {
    add(input.files);
    input.value = "";
  }

  input.addEventListener("change", take);
  queueMicrotask(take); // what was chosen before this script ran, or kept by the browser over a reload

  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.toggle("over", kind === "dragover");
      if (kind === "drop" && event.dataTransfer) add(event.dataTransfer.files, foldersOf(event.dataTransfer));
    });
  }

  window.addEventListener("beforeunload", (event) => {
    if ([...rows].some((row) => row.state === "running")) event.preventDefault();
  });

  showEarlier(url).catch(() => {});
  return {
    schedule,
    /** Ids of what has arrived. */
    ids: () => [...rows].filter((row) => row.state === "done").map((row) => row.id),
    /** The name of a file that did not arrive and may yet, if there is one. */
    failed: () => [...rows].find((row) => row.state === "failed")?.file.name,
  };
}

/** What is missing and what is left out, in words. */
export function arrival({ wanted, rest, refused }) {
  const words = [];
  if (!wanted) words.push(t("Add files first."));
  else if (!rest) words.push(t("Everything is here."));
  else words.push(rest > 1 ? t("Starts when %(count)s more files are here.", { count: rest }) : t("Starts when 1 more file is here."));
  if (refused) words.push(refused > 1 ? t("%(count)s files are left out.", { count: refused }) : t("1 file is left out."));
  return words.join(" ");
}

function foldersOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  return entries.filter((entry) => entry?.isDirectory).map((entry) => entry.name);
}

/** What was begun before a reload and is not in the list yet. */
async function showEarlier(url) {
  const uploads = await call(url);
  const target = document.getElementById("earlier-list");
  for (const upload of uploads.filter((one) => !one.complete)) {
    const item = document.createElement("li");
    item.dataset.name = upload.name;
    item.className = "upload-row";
    const head = document.createElement("div");
    head.className = "upload-head";
    const name = document.createElement("span");
    name.className = "upload-name";
    name.textContent = upload.name;
    const state = document.createElement("span");
    state.className = "quiet upload-state";
    state.textContent = t("%(share)s % of %(size)s", {
      share: Math.floor((100 * upload.offset) / upload.size),
      size: size(upload.size),
    });
    const forget = document.createElement("button");
    forget.className = "btn";
    forget.type = "button";
    forget.textContent = t("Forget");
    forget.addEventListener("click", async () => {
      await call(`${url}${upload.id}/`, { method: "DELETE" });
      item.remove();
      document.getElementById("earlier").hidden = !target.children.length;
    });
    head.append(name, state, forget);
    item.append(head);
    target.append(item);
  }
  document.getElementById("earlier").hidden = !target.children.length;
}
