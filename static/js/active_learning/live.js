// What the pool's page and the round's page keep up to date while a round runs.

/** JSON of a GET, or null when the server cannot be reached just now. */
export async function read(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Call `look` now and again, one at a time, less often while the page is hidden; it ends when `look` gives false. */
export async function poll(look, milliseconds = 1000) {
  while ((await look()) !== false) {
    const pause = document.hidden ? milliseconds * 5 : milliseconds;
    await new Promise((resume) => setTimeout(resume, pause));
  }
}

/** Show the stages of the round in the stepper. */
export function showStages(root, stages) {
  const items = root.querySelectorAll("[data-stages] li");
  stages.forEach((stage, i) => {
    if (!items[i]) return;
    items[i].className = stage.mark;
    items[i].toggleAttribute("aria-current", stage.mark === "now");
  });
}

/** Show how far the job is. */
export function showProgress(root, job) {
  const box = root.querySelector("[data-progress]");
  if (!box || !job) return;
  const bar = box.querySelector("progress");
  if (job.progress_total > 0) {
    bar.max = job.progress_total;
    bar.value = job.progress_done;
  } else {
    bar.removeAttribute("value");
  }
  const text = job.standing || "Starting";
  box.querySelector("[data-progress-text]").textContent = job.cancel_requested ? `Cancelling. ${text}` : text;
  const share = job.progress_total > 0 ? `${Math.round((100 * job.progress_done) / job.progress_total)} %` : "";
  box.querySelector("[data-progress-share]").textContent = share;
}

/** Whether the round still moves by itself. */
export function runs(round) {
  const ended = ["closed", "failed", "cancelled"].includes(round.state);
  return !ended && round.job !== null && ["queued", "running"].includes(round.job.state);
}
