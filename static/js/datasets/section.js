// Sections whose figures are fetched when they come into view: the page does not wait for them.
import { call } from "./api.js";

/** Fetch what `data-<name>` of each such section names and hand it to `show(section, data)`; failing, say so after `what`. */
export function whenSeen(name, what, show) {
  for (const section of document.querySelectorAll(`[data-${name}]`)) watch(section, () => load(section, section.dataset[name], what, show));
}

async function load(section, address, what, show) {
  try {
    show(section, await call(address));
  } catch (error) {
    section.querySelector("[data-state]").textContent = `${what} cannot be shown: ${error.message}`;
  }
}

function watch(section, seen) {
  const observer = new IntersectionObserver(
    (entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      seen();
    },
    { rootMargin: "300px" },
  );
  observer.observe(section);
}
