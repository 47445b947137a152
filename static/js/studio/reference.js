/** The painted picture that colours are made after: a key of the order's pictures, or of one that is handed over here. */
import { t } from "../../editor/i18n.js";
import { call } from "../datasets/api.js";
import { send } from "../datasets/send.js";

/**
 * @param {{tell: (text: string, bad?: boolean) => void, entered: () => void}} options tell: says what becomes of a file;
 *   entered: Enter was pressed in the field
 */
export function referenceField({ tell, entered }) {
  const field = document.getElementById("again-reference");
  const offered = document.getElementById("again-pictures");
  const file = document.getElementById("again-file");
  const { url, uploads } = field.dataset;
  let asked = 0;

  /** Answers may come in another order than they were asked: only the newest counts. */
  async function offer() {
    const own = ++asked;
    const keys = await call(`${url}?q=${encodeURIComponent(field.value.trim())}`).catch(() => []);
    if (own === asked) offered.replaceChildren(...keys.map((key) => new Option(key, key)));
  }

  async function handOver(picture) {
    tell(t("Sending %(name)s…", { name: picture.name }));
    try {
      const { key } = await call(url, { method: "POST", body: { upload: await send(picture, uploads) } });
      field.value = key;
      tell(t("%(name)s is here: make the colours again.", { name: picture.name }));
    } catch (error) {
      tell(error.message, true);
    }
  }

  field.addEventListener("focus", offer);
  field.addEventListener("input", offer);
  field.addEventListener("keydown", (event) => {
    event.stopPropagation(); // letters are no shortcuts here
    if (event.key !== "Enter") return;
    event.preventDefault();
    entered();
  });
  document.getElementById("again-hand-over").addEventListener("click", () => file.click());
  file.addEventListener("change", () => {
    const [picture] = file.files;
    file.value = "";
    if (picture) handOver(picture);
  });

  return {
    get value() {
      return field.value.trim();
    },
    set value(key) {
      field.value = key;
    },
    /** Shown where the step takes one. */
    show(on) {
      document.getElementById("again-refer").hidden = !on;
    },
  };
}
