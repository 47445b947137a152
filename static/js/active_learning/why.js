// Why a frame was picked: links with data-why open the card in a dialog; W does on the one in focus, Esc closes.

const dialog = document.getElementById("why");

/** Show the card that lies at an address, or go there when it cannot be read just now. */
async function show(url) {
  const body = dialog.querySelector("[data-why-body]");
  try {
    const response = await fetch(`${url}?part=1`);
    if (response.status === 404) body.textContent = "No selection picked this frame.";
    else if (response.ok) body.innerHTML = await response.text();
    else throw new Error(String(response.status));
  } catch {
    location.assign(url);
    return;
  }
  if (!dialog.open) dialog.showModal();
}

/** The links of the page in their order. */
const links = () => [...document.querySelectorAll("a[data-why]")];
let shown = null;

function open(link) {
  shown = link;
  show(link.href);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-why]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key.toLowerCase() === "w") {
    if (dialog.open) dialog.close();
    else if (links().length) open(links().includes(document.activeElement) ? document.activeElement : links()[0]);
  } else if (dialog.open && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
    const next = links()[links().indexOf(shown) + (event.key === "ArrowRight" ? 1 : -1)];
    if (next) open(next);
  }
});
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => shown?.focus());
