// The list of suspected label errors: keys go through it; while the search runs, its progress is kept up to date.
import { poll, read, showProgress } from "./live.js";

const root = document.getElementById("label-search");
const rows = [...root.querySelectorAll("[data-suspect]")];
const ACTIONS = { r: "send", a: "right" };
let current = Math.max(0, rows.findIndex((row) => `#${row.id}` === location.hash));

function show(index, { scroll = true } = {}) {
  if (!rows.length) return;
  rows[current].removeAttribute("data-current");
  current = Math.min(rows.length - 1, Math.max(0, index));
  rows[current].setAttribute("data-current", "");
  if (!scroll) return;
  rows[current].scrollIntoView({ block: "nearest" });
  rows[current].focus({ preventScroll: true });
}

/** After a decision the list comes back without its row: the one that follows is the place to be. */
function act(action) {
  const button = rows[current]?.querySelector(`button[value="${action}"]`);
  if (!button) return;
  sessionStorage.setItem("suspect-next", rows[current + 1]?.id ?? "");
  button.click();
}

const next = sessionStorage.getItem("suspect-next");
sessionStorage.removeItem("suspect-next");
const found = rows.findIndex((row) => row.id === next);
show(found >= 0 ? found : current, { scroll: found >= 0 });

root.addEventListener("click", (event) => {
  const row = event.target.closest("[data-suspect]");
  if (row && !event.target.closest("a, button")) show(rows.indexOf(row), { scroll: false });
});

addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key.toLowerCase();
  if (key === "j") show(current + 1);
  else if (key === "k") show(current - 1);
  else if (key === "enter" && !event.target.closest("a, button")) rows[current]?.querySelector("[data-open]")?.click();
  else if (key in ACTIONS) act(ACTIONS[key]);
  else return;
  event.preventDefault();
});

if (root.dataset.job) {
  poll(async () => {
    const job = await read(root.dataset.job);
    if (job && !["queued", "running"].includes(job.state)) {
      location.reload();
      return false;
    }
    showProgress(root, job);
    return true;
  }, 1500);
}
