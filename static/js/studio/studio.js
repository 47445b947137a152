/** The Studio's page: files on their way, steps with their settings, the models they ask, and the order of it all. */
import { t } from "../../editor/i18n.js";
import { call } from "../datasets/api.js";
import { arrival, uploadList } from "../datasets/uploads.js";

const page = document.getElementById("studio");

if (page) {
  const form = document.getElementById("form");
  const start = document.getElementById("start");
  const hint = document.getElementById("hint");
  const problem = document.getElementById("problem");
  const versions = document.getElementById("versions");
  const boxes = [...form.querySelectorAll('input[name="step"]')];
  const named = new Map(); // task -> version that somebody chose
  const read = new Map(); // name of a setting -> text of the file chosen for it
  let counts = { wanted: 0, rest: 0, refused: 0 };
  let asked = { turn: 0, refusal: "" };
  let ordering = false;

  const uploads = uploadList({
    url: page.dataset.uploads,
    changed: (now) => {
      counts = now;
      show();
      if (ordering && !counts.rest) order();
    },
  });

  const chosen = () => boxes.filter((box) => box.checked).map((box) => ({ step: box.value, settings: settingsOf(box.value) }));

  /** What is filled in; the server has the defaults. */
  function settingsOf(step) {
    const fields = [...form.elements].filter((one) => one.name.startsWith(`${step}.`) && one.value !== "");
    return Object.fromEntries(fields.map((one) => [one.name.slice(step.length + 1), read.get(one.name) ?? one.value]));
  }

  function show() {
    const steps = chosen().length;
    start.disabled = ordering || !counts.wanted || !steps || Boolean(asked.refusal);
    const missing = steps ? "" : t("Choose a step.");
    hint.textContent = [arrival(counts), missing].filter(Boolean).join(" ");
    for (const box of boxes) {
      const settings = box.closest(".studio-step").querySelector("details");
      if (settings) settings.hidden = !box.checked;
    }
  }

  /** Ask which models the steps need as they are set; the last question wins. */
  async function ask() {
    const turn = ++asked.turn;
    let tasks = [];
    let refusal = "";
    try {
      if (chosen().length) tasks = await call(page.dataset.asked, { method: "POST", body: { steps: chosen() } });
    } catch (error) {
      refusal = error.message;
    }
    if (turn !== asked.turn) return;
    asked.refusal = refusal || tasks.filter((one) => one.problem).map((one) => one.problem).join(" ");
    versions.replaceChildren(...tasks.filter((one) => one.versions.length).map(field));
    tell(asked.refusal);
    show();
  }

  function field({ task, versions: offered, default: usual }) {
    const label = document.createElement("label");
    label.className = "field";
    const name = document.createElement("span");
    name.className = "label";
    name.textContent = t("Model of %(task)s", { task });
    const select = document.createElement("select");
    for (const version of offered) {
      const words = version.promoted ? t("%(name)s, in use", { name: version.name }) : version.name;
      select.add(new Option(words, version.id));
    }
    const before = named.get(task);
    select.value = offered.some((one) => one.id === before) ? before : usual;
    select.addEventListener("change", () => named.set(task, Number(select.value)));
    select.dataset.task = task;
    label.append(name, select);
    return label;
  }

  function tell(text) {
    problem.textContent = text;
    problem.hidden = !text;
  }

  async function order() {
    const serving = [...versions.querySelectorAll("select")].map((one) => [one.dataset.task, Number(one.value)]);
    const body = { uploads: uploads.ids(), steps: chosen(), versions: Object.fromEntries(serving) };
    try {
      const made = await call(page.dataset.orders, { method: "POST", body });
      location.assign(made.url);
    } catch (error) {
      stop(error.message);
    }
  }

  function stop(text) {
    ordering = false;
    start.textContent = t("Start");
    tell(text);
    show();
  }

  form.addEventListener("change", async ({ target }) => {
    if (target.type === "file") {
      read.delete(target.name);
      if (target.files.length) read.set(target.name, await target.files[0].text());
    }
    await ask();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const failed = uploads.failed();
    if (failed) return stop(t("%(name)s did not arrive. Remove it or go on with it.", { name: failed }));
    ordering = true;
    start.textContent = t("Starting…");
    return uploads.schedule();
  });
  ask();
}
