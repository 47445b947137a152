/** A picture before and after: the slider by pointer, touch and arrows; results by number, pictures by brackets. */

const root = document.getElementById("compare");
const STEP = 2;

if (root) {
  const frame = document.getElementById("frame");
  const after = document.getElementById("after");
  const picture = after.querySelector("img");
  const slider = document.getElementById("at");
  const save = document.getElementById("save");
  const buttons = [...root.querySelectorAll("[data-step]")];

  /** Left of it the picture as it came, right of it the result. */
  function slide(percent) {
    const at = Math.min(100, Math.max(0, percent));
    slider.value = at;
    frame.style.setProperty("--at", `${at}%`);
  }

  function choose(button) {
    for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
    picture.src = button.dataset.url;
    save.href = button.dataset.url;
    history.replaceState(null, "", `?step=${encodeURIComponent(button.dataset.step)}`);
    for (const link of document.querySelectorAll('a[rel="prev"], a[rel="next"]')) {
      link.search = `?step=${encodeURIComponent(button.dataset.step)}`;
    }
    root.dispatchEvent(new CustomEvent("chosen", { detail: button.dataset.step }));
  }

  function follow(event) {
    const box = frame.getBoundingClientRect();
    slide((100 * (event.clientX - box.left)) / box.width);
  }

  frame.addEventListener("pointerdown", (event) => {
    frame.setPointerCapture(event.pointerId);
    follow(event);
    slider.focus({ preventScroll: true });
    event.preventDefault();
  });
  frame.addEventListener("pointermove", (event) => frame.hasPointerCapture(event.pointerId) && follow(event));
  slider.addEventListener("input", () => slide(Number(slider.value)));
  for (const button of buttons) button.addEventListener("click", () => choose(button));

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const number = Number(event.key);
    if (number >= 1 && buttons[number - 1]) choose(buttons[number - 1]);
    else if (event.key === "b") slide(Number(slider.value) < 50 ? 100 : 0);
    else if (event.key === "[") document.querySelector('a[rel="prev"]')?.click();
    else if (event.key === "]") document.querySelector('a[rel="next"]')?.click();
    else if (event.target !== slider && event.key === "ArrowLeft") slide(Number(slider.value) - STEP);
    else if (event.target !== slider && event.key === "ArrowRight") slide(Number(slider.value) + STEP);
    else return;
    event.preventDefault();
  });

  choose(buttons.find((one) => one.getAttribute("aria-pressed") === "true") ?? buttons[0]);
  slide(50);
}
