// The estimate on the launch form: followed while it is made, and marked once the form says something else.
import { poll, read, showProgress } from "./live.js";

const form = document.querySelector("form.form");
const ended = (job) => !["queued", "running"].includes(job.state);

/** A job of the API as the round's progress is told. */
const flat = (job) => ({
  progress_done: job.progress.done,
  progress_total: job.progress.total,
  standing: job.progress.text,
  cancel_requested: job.cancel_requested,
});

async function putInPlace(panel) {
  const response = await fetch(panel.dataset.panelUrl);
  if (!response.ok) return;
  const found = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("estimate");
  found.querySelector("[data-stale]").hidden = panel.querySelector("[data-stale]").hidden;
  panel.replaceWith(found);
}

const panel = document.getElementById("estimate");
form.addEventListener("input", () => {
  const mark = document.querySelector("#estimate [data-stale]");
  if (mark) mark.hidden = false;
});

if (panel?.dataset.jobUrl) {
  poll(async () => {
    const job = await read(panel.dataset.jobUrl);
    if (!job) return true;
    if (!ended(job)) {
      showProgress(panel, flat(job));
      return true;
    }
    await putInPlace(panel);
    return false;
  });
}
