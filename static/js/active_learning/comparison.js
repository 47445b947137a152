// Two versions beside each other: wait for a judging job, look at points, go through frames by keys.
import { poll, read } from "./live.js";

const root = document.getElementById("comparison");

if (root?.dataset.jobUrl) {
  const bar = root.querySelector("[data-progress] progress");
  poll(async () => {
    const job = await read(root.dataset.jobUrl);
    if (!job) return true;
    if (!["queued", "running"].includes(job.state)) {
      location.reload();
      return false;
    }
    const { done, total, text } = job.progress;
    if (total > 0) {
      bar.max = total;
      bar.value = done;
    }
    root.querySelector("[data-progress-text]").textContent = text || "Starting";
    return true;
  });
}

const look = document.querySelector(".scatter-look");
const points = [...document.querySelectorAll(".point")];

/** Show the picture of a point on the side where the point is not. */
function show(point) {
  const circle = point.firstElementChild;
  const middle = point.ownerSVGElement.viewBox.baseVal.width / 2;
  look.classList.toggle("left", circle.cx.baseVal.value > middle);
  look.querySelector("img").src = look.dataset.picture + point.dataset.key;
  look.querySelector("figcaption").textContent = point.getAttribute("aria-label");
  look.hidden = false;
}

const hide = () => {
  look.hidden = true;
};

for (const point of points) {
  point.addEventListener("pointerenter", () => show(point));
  point.addEventListener("pointerleave", hide);
  point.addEventListener("focus", () => show(point));
  point.addEventListener("blur", hide);
}

/** Go to the next point by change; only the current one is a stop of the Tab key. */
function step(point, by) {
  const next = points[points.indexOf(point) + by];
  if (!next) return;
  point.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
}

const cards = [...document.querySelectorAll("[data-step]")];

/** Go to the next frame of the list, on another page where this one ends; on a frame's own page, to that frame. */
function go(by) {
  const at = cards.indexOf(document.activeElement);
  const next = cards[at < 0 && by < 0 ? -1 : at + by];
  if (next) next.focus();
  else if (!cards.length || at >= 0) document.querySelector(`a[rel="${by > 0 ? "next" : "prev"}"]`)?.click();
}

addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  const point = event.target.closest(".point");
  const keys = { j: () => go(1), k: () => go(-1), Escape: () => document.querySelector('a[rel="up"]')?.click() };
  if (point) {
    keys.ArrowRight = keys.ArrowDown = () => step(point, 1);
    keys.ArrowLeft = keys.ArrowUp = () => step(point, -1);
  }
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});
