// Keeps what a page shows of unfinished jobs up to date, by asking the API; reloads a page when its job has ended.

const INTERVAL_MS = 1000;
const TONES = { running: "accent", done: "good", failed: "bad", cancelled: "warn" };
const FINISHED = new Set(["done", "failed", "cancelled"]);

const find = (root, name) => root.querySelector(`[data-${name}]`) ?? document.querySelector(`.page-head [data-${name}]`);

function showState(root, job) {
  const tag = find(root, "state");
  tag.textContent = job.cancel_requested && !FINISHED.has(job.state) ? "Cancelling" : job.state_label;
  tag.className = `tag ${TONES[job.state] ?? ""}`;
}

function showProgress(root, { done, total, text }) {
  const bar = find(root, "bar");
  if (bar) {
    bar.max = total || 1;
    bar.value = total ? done : 0;
  }
  const words = find(root, "text");
  if (words) words.textContent = text;
  const count = root.querySelector("[data-count]");
  if (count) count.textContent = total ? `${Math.round((100 * done) / total)} %` : "";
}

function showLog(root, lines) {
  const log = root.querySelector("[data-log]");
  if (!log || !lines.length) return;
  const atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 4;
  for (const line of lines) {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.className = "quiet";
    time.dateTime = line.at;
    time.textContent = line.at.slice(11, 19);
    item.append(time, ` ${line.text}`);
    log.append(item);
  }
  log.dataset.last = lines.at(-1).id;
  root.querySelector("[data-log-empty]").hidden = true;
  if (atEnd) log.scrollTop = log.scrollHeight;
}

async function ask(root) {
  const after = root.querySelector("[data-log]")?.dataset.last || 0;
  const response = await fetch(`${root.dataset.job}?after=${after}`, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`the job's state: ${response.status}`);
  return response.json();
}

async function follow(root) {
  try {
    const job = await ask(root);
    showState(root, job);
    showProgress(root, job.progress);
    showLog(root, job.log);
    if (FINISHED.has(job.state)) {
      // The page of one job then shows other buttons; a list only changes its row.
      if (root.id === "job") location.reload();
      return;
    }
  } catch {
    // The site restarts or the network is gone: ask again.
  }
  setTimeout(follow, document.hidden ? 5 * INTERVAL_MS : INTERVAL_MS, root);
}

for (const root of document.querySelectorAll("[data-job]")) follow(root);
