/** An order's page, live: figures every second, new thumbnails now and then, the whole page anew at the end. */
import { call } from "../datasets/api.js";

const page = document.getElementById("order");
const EVERY_MS = 1000;
const PICTURES_EVERY = 3;
const GOING = ["queued", "running"];

function show(order) {
  for (const name of ["whole", "broken"]) document.getElementById(name).textContent = order[name];
  if (order.total !== null) document.getElementById("total").textContent = order.total;
  const bar = document.getElementById("bar");
  if (!bar || !order.progress) return;
  const { done, total, text } = order.progress;
  bar.max = total || 1;
  bar.value = total ? done : 0;
  document.getElementById("text").textContent = text;
  document.getElementById("share").textContent = total ? `${Math.round((100 * done) / total)} %` : "";
}

/** The thumbnails as the server would show them now. */
async function refresh() {
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("pictures");
  if (fresh) document.getElementById("pictures").replaceWith(document.adoptNode(fresh));
}

const isGoing = (order) => GOING.includes(order.state) || order.sendings.some((one) => GOING.includes(one.state));

async function follow(turn = 0, shown = -1) {
  let made = shown;
  try {
    const order = await call(page.dataset.url);
    show(order);
    if (!isGoing(order)) {
      location.reload();
      return;
    }
    if (turn % PICTURES_EVERY === 0 && order.whole !== shown && !document.getElementById("pictures").contains(document.activeElement)) {
      await refresh();
      made = order.whole;
    }
  } catch {
    // the server is away for a moment: ask again
  }
  setTimeout(follow, document.hidden ? 5 * EVERY_MS : EVERY_MS, turn + 1, made);
}

if ("live" in page.dataset) follow();
