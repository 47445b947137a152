// The queue page: Enter takes the next frame, clocks are local, and what others hold is kept up to date.

const INTERVAL_MS = 15000;

function showClocks(root) {
  const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
  for (const time of root.querySelectorAll("[data-clock]")) time.textContent = clock.format(new Date(time.dateTime));
}

async function refresh() {
  if (document.hidden) return;
  const response = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const selector of ["#held", "[data-waiting]"]) {
    const [now, then] = [document.querySelector(selector), fresh.querySelector(selector)];
    if (now && then) now.replaceWith(then);
  }
  showClocks(document);
}

addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.closest("a, button, input, textarea, select")) return;
  document.querySelector("#next")?.click();
});
showClocks(document);
setInterval(refresh, INTERVAL_MS);
