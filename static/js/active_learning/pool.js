// The pool's page: the learning curve, and the running round.
import { learningCurve } from "./charts.js";
import { poll, read, runs, showProgress, showStages } from "./live.js";

const root = document.getElementById("pool");
const box = document.getElementById("learning-curve");
if (box) learningCurve(box, JSON.parse(document.getElementById("curve-data").textContent));

if (root.dataset.running === "yes") {
  poll(async () => {
    const loop = await read(root.dataset.loopUrl);
    if (!loop || !loop.round) return true;
    if (!runs(loop.round)) {
      location.reload();
      return false;
    }
    showStages(root, loop.stages);
    showProgress(root, loop.round.job);
    return true;
  }, 1500);
}
