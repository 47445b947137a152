// The learning curve over frames or over hours; buttons or H change between them.
import { learningCurve } from "./charts.js";

const KEPT = "sakkan.curve-over";

/** Draw into #learning-curve from #curve-data, by what was chosen last. */
export function mountCurve() {
  const box = document.getElementById("learning-curve");
  if (!box) return;
  const curve = JSON.parse(document.getElementById("curve-data").textContent);
  const buttons = [...document.querySelectorAll("[data-over]")];
  let drawn = null;
  let over = localStorage.getItem(KEPT) === "hours" ? "hours" : "labels";
  const draw = () => {
    drawn?.destroy();
    box.replaceChildren();
    box.classList.remove("waiting");
    drawn = learningCurve(box, curve, over);
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.over === over));
  };
  const choose = (name) => {
    over = name;
    localStorage.setItem(KEPT, over);
    draw();
  };
  for (const button of buttons) button.addEventListener("click", () => choose(button.dataset.over));
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key.toLowerCase() === "h" && buttons.length) choose(over === "labels" ? "hours" : "labels");
  });
  draw();
}
