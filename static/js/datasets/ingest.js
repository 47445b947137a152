/** The report of an ingest, live until its job has ended. */
import { call } from "./api.js";

const page = document.getElementById("ingest");
const TONES = { taken: "good", known: "", skipped: "warn", noted: "" };
const STATES = { queued: ["queued", ""], running: ["running", "accent"], done: ["done", "good"], failed: ["failed", "bad"], cancelled: ["cancelled", "warn"] };
const EVERY_MS = 1000;

function cell(text, name = "") {
  const td = document.createElement("td");
  td.textContent = text;
  td.className = name;
  return td;
}

function line(item) {
  const tr = document.createElement("tr");
  const tag = document.createElement("span");
  tag.className = `tag ${TONES[item.outcome] || ""}`;
  tag.textContent = item.outcome;
  const outcome = document.createElement("td");
  outcome.append(tag);
  tr.append(cell(item.name, "report-name"), outcome, cell(item.text), cell(item.frames || "", "num"), cell(item.held || "", "num"));
  return tr;
}

function show(report) {
  for (const name of ["taken", "held", "known", "skipped"]) document.getElementById(name).textContent = report[name];
  document.getElementById("items").replaceChildren(...report.items.map(line));
  document.getElementById("nothing").hidden = report.items.length > 0;
  const job = report.job;
  if (!job) return;
  const [word, tone] = STATES[job.state] || [job.state, ""];
  const state = document.getElementById("state");
  state.textContent = word;
  state.className = `tag ${tone}`;
  const share = job.progress_total ? Math.min(1, job.progress_done / job.progress_total) : 0;
  document.getElementById("progress").hidden = !["queued", "running"].includes(job.state);
  document.getElementById("bar").value = share;
  document.getElementById("text").textContent = job.standing;
  document.getElementById("share").textContent = `${Math.round(100 * share)} %`;
  const error = document.getElementById("error");
  error.hidden = job.state !== "failed";
  error.textContent = job.error_text;
}

async function follow() {
  let ended = false;
  try {
    const report = await call(page.dataset.url);
    show(report);
    ended = !report.job || !["queued", "running"].includes(report.job.state);
  } catch {
    // the server is away for a moment: ask again
  }
  if (!ended) setTimeout(follow, EVERY_MS);
}

follow();
