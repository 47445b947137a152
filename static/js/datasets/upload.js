/** The upload page: files on their way, and the ingest that takes them. */
import { call } from "./api.js";
import { arrival, uploadList } from "./uploads.js";

const page = document.getElementById("upload");
const form = document.getElementById("form");
const start = document.getElementById("start");
const hint = document.getElementById("hint");
const problem = document.getElementById("problem");

let ingesting = false;
const uploads = uploadList({ url: page.dataset.uploads, changed: show });

function show(counts) {
  start.disabled = ingesting || !counts.wanted;
  hint.textContent = arrival(counts);
  if (ingesting && !counts.rest) ingest();
}

async function ingest() {
  const values = Object.fromEntries(new FormData(form));
  try {
    const body = { ...values, year: values.year || null, uploads: uploads.ids() };
    const made = await call(page.dataset.ingests, { method: "POST", body });
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
  uploads.schedule();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  problem.hidden = true;
  const failed = uploads.failed();
  if (failed) return tell(`${failed} did not arrive. Remove it or go on with it.`);
  ingesting = true;
  start.textContent = "Starting…";
  return uploads.schedule();
});
