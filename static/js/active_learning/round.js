// The round's page: progress, loss curve and log while it runs.
import { lossCurve } from "./charts.js";
import { poll, read, runs, showProgress, showStages } from "./live.js";

const root = document.getElementById("round");
const box = document.getElementById("loss-curve");
const draw = box ? lossCurve(box) : null;
const log = document.getElementById("log");
let line = 0;

/** Fetch the rows of the log that are new and draw them. */
async function followLoss() {
  if (!draw) return;
  const metrics = await read(`${root.dataset.metricsUrl}?after=${line}`);
  if (!metrics) return;
  if (metrics.next < line) draw(null); // a resumed training cut its log back
  if (metrics.rows.length) draw(metrics.rows);
  line = metrics.next;
}

/** Add the lines of the job's log that are new, and stay at the end if the reader is there. */
async function followLog() {
  if (!log || !root.dataset.jobUrl) return;
  const job = await read(root.dataset.jobUrl);
  if (!job?.log) return;
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 20;
  for (const entry of job.log) {
    if (entry.id <= Number(log.dataset.last)) continue;
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = entry.at.slice(11, 19);
    item.append(time, ` ${entry.text}`);
    log.append(item);
    log.dataset.last = entry.id;
  }
  if (atEnd) log.scrollTop = log.scrollHeight;
}

async function look() {
  const [round, loop] = await Promise.all([read(root.dataset.roundUrl), read(root.dataset.loopUrl), followLoss(), followLog()]);
  if (!round) return true;
  if (!runs(round) || (round.run_started && !box)) {
    location.reload();
    return false;
  }
  showProgress(root, round.job);
  document.querySelector("[data-state]").textContent = round.state[0].toUpperCase() + round.state.slice(1);
  if (loop?.round?.id === round.id) showStages(root, loop.stages);
  return true;
}

if (log) log.scrollTop = log.scrollHeight;
if (root.dataset.running === "yes") poll(look);
else followLoss();
