// The pool's page: the learning curve, and the running round.
import { mountCurve } from "./curve.js";
import { poll, read, runs, showProgress, showStages } from "./live.js";

const root = document.getElementById("pool");
mountCurve();

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
