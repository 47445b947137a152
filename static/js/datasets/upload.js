/**
 * The upload page: several files at once, in pieces, each to be paused and gone on with, also after a reload:
 * tus-js-client keeps the address of every upload in localStorage and finds it again by the file's fingerprint.
 */
import { call, csrfToken, size } from "./api.js";

const PIECE = 8 * 2 ** 20;
const AT_ONCE = 2;
const RETRIES = [0, 1000, 3000, 5000, 10000, 30000];

const page = document.getElementById("upload");
const list = document.getElementById("list");
const drop = document.getElementById("drop");
const form = document.getElementById("form");
const start = document.getElementById("start");
const hint = document.getElementById("hint");
const problem = document.getElementById("problem");

/** What no second try can change: the rest goes on without such a file. */
const FINAL = ["unknown_kind", "upload_size"];

/** One file on its way: waiting, running, paused, done, failed, or refused for good. */
class Row {
  constructor(file) {
    this.file = file;
    this.state = "waiting";
    this.sent = 0;
    this.problem = "";
    this.element = document.getElementById("row").content.firstElementChild.cloneNode(true);
    this.element.querySelector(".upload-name").textContent = file.name;
    this.pauseButton = this.element.querySelector(".upload-pause");
    this.pauseButton.addEventListener("click", () => this.toggle());
    this.element.querySelector(".upload-remove").addEventListener("click", () => this.remove());
    this.upload = new tus.Upload(file, {
      endpoint: page.dataset.uploads,
      chunkSize: PIECE,
      retryDelays: RETRIES,
      metadata: { filename: file.name },
      removeFingerprintOnSuccess: true,
      onBeforeRequest: (request) => request.setHeader("X-CSRFToken", csrfToken()),
      onProgress: (sent, total) => this.show("running", sent, total),
      onSuccess: () => this.finish(),
      onError: (error) => this.fail(error),
      onShouldRetry: (error) => ![400, 401, 403, 404, 415].includes(error.originalResponse?.getStatus()),
    });
    this.show("waiting", 0, file.size);
  }

  get id() {
    return this.upload.url ? this.upload.url.replace(/\/$/, "").split("/").pop() : null;
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
    schedule();
  }

  async remove() {
    rows.delete(this);
    this.element.remove();
    await this.upload.abort(true).catch(() => {});
    schedule();
  }

  finish() {
    this.show("done", this.file.size, this.file.size);
    schedule();
  }

  fail(error) {
    let answer = { message: "The connection broke. Go on when it is back; what arrived is kept." };
    try {
      answer = JSON.parse(error.originalResponse.getBody()).error;
    } catch {
      // no answer, or none of ours: the sentence above has to do
    }
    this.problem = [answer.message, answer.remedy].filter(Boolean).join(" ");
    this.show(FINAL.includes(answer.code) ? "refused" : "failed", this.sent, this.file.size);
    schedule();
  }

  refuse(text) {
    this.problem = text;
    this.show("refused", 0, this.file.size);
  }

  show(state, sent, total) {
    this.state = state;
    this.sent = sent;
    const words = { waiting: "waiting", paused: "paused", done: "here", failed: "stopped", refused: "left out" };
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
    this.pauseButton.textContent = state === "running" ? "Pause" : "Go on";
    this.pauseButton.hidden = ["done", "waiting", "refused"].includes(state);
  }
}

const rows = new Set();
let ingesting = false;

function add(files, folders = []) {
  for (const file of files) {
    const known = [...rows].some((row) => row.file.name === file.name && row.file.size === file.size);
    if (known) continue;
    const row = new Row(file);
    rows.add(row);
    list.append(row.element);
    if (folders.includes(file.name)) row.refuse("A folder. Drop the files in it, or pack it as a zip to keep their paths.");
    else if (!file.size) row.refuse(`${file.name} is empty. Copy it again from its source.`);
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
  start.disabled = ingesting || !wanted.length;
  hint.textContent = [arrival(wanted.length, rest), leftOut(all.length - wanted.length)].filter(Boolean).join(" ");
  if (ingesting && !rest) ingest();
}

function arrival(wanted, rest) {
  if (!wanted) return "Add files first.";
  return rest ? `Starts when ${rest} more ${rest > 1 ? "files are" : "file is"} here.` : "Everything is here.";
}

function leftOut(count) {
  return count ? `${count} ${count > 1 ? "files are" : "file is"} left out.` : "";
}

async function ingest() {
  const values = Object.fromEntries(new FormData(form));
  const uploads = [...rows].filter((row) => row.state === "done").map((row) => row.id);
  try {
    const made = await call(page.dataset.ingests, { method: "POST", body: { ...values, year: values.year || null, uploads } });
    location.assign(made.url);
  } catch (error) {
    tell(error.message);
  }
}

function tell(text) {
  ingesting = false;
  start.textContent = "Start ingest";
  problem.textContent = text;
  problem.hidden = !text;
  schedule();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  problem.hidden = true;
  const failed = [...rows].find((row) => row.state === "failed");
  if (failed) return tell(`${failed.file.name} did not arrive. Remove it or go on with it.`);
  ingesting = true;
  start.textContent = "Starting…";
  return schedule();
});

const input = document.getElementById("files");

function take() {
  add(input.files);
  input.value = "";
}

input.addEventListener("change", take);
take(); // what was chosen before this script ran, or kept by the browser over a reload

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", kind === "dragover");
    if (kind === "drop" && event.dataTransfer) add(event.dataTransfer.files, folders(event.dataTransfer));
  });
}

function folders(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.());
  return entries.filter((entry) => entry?.isDirectory).map((entry) => entry.name);
}

window.addEventListener("beforeunload", (event) => {
  if ([...rows].some((row) => row.state === "running")) event.preventDefault();
});

/** What was begun before a reload and is not in the list yet. */
async function showEarlier() {
  const uploads = await call(page.dataset.uploads);
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
    state.textContent = `${Math.floor((100 * upload.offset) / upload.size)} % of ${size(upload.size)}`;
    const forget = document.createElement("button");
    forget.className = "btn";
    forget.type = "button";
    forget.textContent = "Forget";
    forget.addEventListener("click", async () => {
      await call(`${page.dataset.uploads}${upload.id}/`, { method: "DELETE" });
      item.remove();
      document.getElementById("earlier").hidden = !target.children.length;
    });
    head.append(name, state, forget);
    item.append(head);
    target.append(item);
  }
  document.getElementById("earlier").hidden = !target.children.length;
}

showEarlier().catch(() => {});
