/** A result made again with what is clicked on the picture, a place or dots of colour, or after a painted one. The order's own stays. */
import { t } from "../../editor/i18n.js";
import { call } from "../datasets/api.js";
import { referenceField } from "./reference.js";
import { takesRow } from "./takes.js";

const EVERY_MS = 1000;
const GOING = ["queued", "running"];
const NEAR_PX = 10;

const panel = document.getElementById("again");

if (panel) {
  const root = document.getElementById("compare");
  const frame = document.getElementById("frame");
  const buttons = { place: document.getElementById("again-place"), dots: document.getElementById("again-dots") };
  const tools = document.getElementById("again-dot-tools");
  const color = document.getElementById("again-color");
  const count = document.getElementById("again-count");
  const says = document.getElementById("again-says");
  const row = takesRow({ url: panel.dataset.url, removed: forget, failed: (text) => tell(text, true) });
  const clicks = JSON.parse(document.getElementById("clicks").textContent);
  const reference = referenceField({ tell, entered: makeColours });
  const dots = new Map(); // step -> [{x, y, color}]
  const referred = new Map(); // step -> key
  let takes = [];
  let step = "";
  let picking = false;

  const pressed = () => root.querySelector('[data-step][aria-pressed="true"]');
  const own = () => takes.filter((one) => one.step === step);

  /** The step whose result is looked at. */
  function turnTo(name) {
    if (step) referred.set(step, reference.value);
    step = name;
    pick(false);
    const { what, referring } = clicks[step] ?? {};
    panel.hidden = !what;
    for (const [kind, button] of Object.entries(buttons)) button.hidden = kind !== what;
    const before = own().at(-1)?.settings;
    if (what === "dots" && !dots.has(step)) dots.set(step, dotsIn(before?.[clicks[step].parameter] ?? clicks[step].ordered));
    reference.show(Boolean(referring));
    reference.value = referring ? (referred.get(step) ?? before?.[referring] ?? clicks[step].referred) : "";
    list();
    drawDots();
  }

  /** While picking, the picture takes clicks instead of the slider. */
  function pick(on) {
    const what = clicks[step]?.what;
    picking = on && Boolean(what);
    frame.classList.toggle("picking", picking);
    for (const button of Object.values(buttons)) button.setAttribute("aria-pressed", String(picking));
    tools.hidden = !(picking && what === "dots");
    tell(picking ? (what === "dots" ? t("Click to set a dot, click a dot to take it away.") : t("Click what shall be sharp.")) : "");
    drawDots();
  }

  function tell(text, bad = false) {
    says.textContent = text;
    says.hidden = !text;
    says.classList.toggle("bad", bad);
  }

  function placeOf(event) {
    const box = frame.getBoundingClientRect();
    const inside = (value) => Math.min(1, Math.max(0, value));
    return { x: inside((event.clientX - box.left) / box.width), y: inside((event.clientY - box.top) / box.height), box };
  }

  function clicked(event) {
    const { x, y, box } = placeOf(event);
    if (clicks[step].what === "place") {
      make({ [clicks[step].parameter]: `${x.toFixed(5)},${y.toFixed(5)}` });
      return;
    }
    const set = dots.get(step);
    const at = set.findIndex((dot) => Math.hypot((dot.x - x) * box.width, (dot.y - y) * box.height) <= NEAR_PX);
    if (at >= 0) set.splice(at, 1);
    else set.push({ x, y, color: color.value });
    drawDots();
  }

  const textOf = (set) => set.map((dot) => `${dot.x.toFixed(5)},${dot.y.toFixed(5)},${dot.color}`).join("\n");

  /** Dots of this picture in lines x,y,#rrggbb or KEY,x,y,#rrggbb. */
  function dotsIn(text) {
    const found = [];
    for (const line of text.split(/[\n;]/)) {
      const parts = /^(?:(.*),)?([\d.]+),([\d.]+),(#[\da-f]{6})$/i.exec(line.trim());
      if (parts && (parts[1] === undefined || parts[1] === panel.dataset.key)) found.push({ x: Number(parts[2]), y: Number(parts[3]), color: parts[4] });
    }
    return found;
  }

  function drawDots() {
    for (const mark of frame.querySelectorAll(".again-dot")) mark.remove();
    const set = clicks[step]?.what === "dots" && picking ? dots.get(step) : [];
    count.textContent = t("%(count)s dots", { count: set.length });
    for (const dot of set) {
      const mark = document.createElement("span");
      mark.className = "again-dot";
      mark.style.left = `${100 * dot.x}%`;
      mark.style.top = `${100 * dot.y}%`;
      mark.style.background = dot.color;
      frame.append(mark);
    }
  }

  function makeColours() {
    const { parameter, referring } = clicks[step];
    make({ [parameter]: textOf(dots.get(step)), ...(referring && { [referring]: reference.value }) });
  }

  async function make(settings) {
    try {
      const take = await call(panel.dataset.url, { method: "POST", body: { step, settings } });
      takes.push(take);
      tell(t("In the queue…"));
      follow(take.id);
    } catch (error) {
      tell(error.message, true);
    }
  }

  async function follow(id) {
    try {
      takes = await call(panel.dataset.url);
    } catch {
      // the server is away for a moment: ask again
    }
    const take = takes.find((one) => one.id === id);
    if (take && GOING.includes(take.state)) {
      tell(take.progress?.text ?? t("In the queue…"));
      setTimeout(follow, EVERY_MS, id);
      return;
    }
    tell(take?.error ?? "", true);
    list();
    if (take?.url && take.step === step) row.show(take.url);
  }

  /** The order's own result and the takes, oldest first. */
  function list() {
    row.list(
      pressed()?.dataset.url,
      own().filter((one) => one.url),
    );
  }

  function forget(id) {
    takes = takes.filter((one) => one.id !== id);
    list();
  }

  frame.addEventListener(
    "pointerdown",
    (event) => {
      if (!picking) return;
      event.stopImmediatePropagation();
      event.preventDefault();
      document.activeElement?.blur(); // Enter is the picture's again, not the colour's
      clicked(event);
    },
    { capture: true },
  );
  for (const button of Object.values(buttons)) button.addEventListener("click", () => pick(!picking));
  document.getElementById("again-clear").addEventListener("click", () => {
    dots.set(step, []);
    drawDots();
  });
  document.getElementById("again-make").addEventListener("click", makeColours);
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || panel.hidden) return;
    if (event.key === "p") pick(!picking);
    else if (event.key === "Escape" && picking) pick(false);
    else if (event.key === "Enter" && !tools.hidden && !event.target.closest("button, a, input")) makeColours();
    else return;
    event.preventDefault();
  });

  takes = await call(panel.dataset.url).catch(() => []);
  root.addEventListener("chosen", (event) => turnTo(event.detail)); // not before: what was clicked last stands in the takes
  turnTo(pressed().dataset.step);
  for (const take of takes) if (GOING.includes(take.state)) follow(take.id);
}
