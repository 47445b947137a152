/** The row of takes under a picture: what was ordered, what was made again, and how a take is removed. */
import { t } from "../../editor/i18n.js";
import { call } from "../datasets/api.js";

/**
 * @param {{url: string, removed: (id: number) => void, failed: (text: string) => void}} options url: of the picture's
 *   takes; removed: called when one is gone; failed: with the sentence why one stays
 */
export function takesRow({ url, removed, failed }) {
  const row = document.getElementById("again-takes");
  const remove = document.getElementById("again-remove");
  const picture = document.querySelector("#after img");
  const save = document.getElementById("save");
  let done = [];
  let ordered = "";

  const looked = () => done.find((one) => one.url === picture.getAttribute("src"));

  /** The order's own result and the takes that are made, oldest first. */
  function list(own, takes) {
    ordered = own;
    done = takes;
    row.hidden = !done.length;
    const entries = [[t("As ordered"), ordered], ...done.map((one, index) => [t("Take %(number)s", { number: index + 1 }), one.url])];
    row.replaceChildren(...entries.map(([text, address]) => choice(text, address)));
    mark();
  }

  function choice(text, address) {
    const button = document.createElement("button");
    button.className = "btn";
    button.type = "button";
    button.textContent = text;
    button.dataset.url = address;
    button.addEventListener("click", () => show(address));
    return button;
  }

  function show(address) {
    picture.src = address;
    save.href = address;
    mark();
  }

  function mark() {
    for (const button of row.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.url === picture.getAttribute("src")));
    remove.hidden = !looked();
    remove.open = false;
  }

  remove.querySelector("button").addEventListener("click", async () => {
    const take = looked();
    try {
      await call(`${url}${take.id}/`, { method: "DELETE" });
    } catch (error) {
      failed(error.message);
      return;
    }
    show(ordered);
    removed(take.id);
    row.querySelector("button")?.focus();
  });
  remove.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !remove.open) return;
    remove.open = false;
    remove.querySelector("summary").focus();
    event.stopPropagation();
  });

  return { list, show };
}
