// The review page: keys, verdicts, and the frame with its label.

import { differenceLayer, overlayLayer } from "./layers.js";
import { Pins } from "./pins.js";
import { Stage } from "./stage.js";

const read = (id) => JSON.parse(document.querySelector(`#${id}`).textContent);
const revision = read("revision");
const kind = read("kinds").find(({ name }) => name === revision.kind);
const stage = new Stage(document.querySelector("#stage"));
const pins = new Pins(document.querySelector("#comments"), stage, read("comments-data"));
const form = document.querySelector("#verdict");
const shown = { overlay: true, difference: false };
const layers = {};

async function labelOf(url) {
  const response = await fetch(`${url}?raw=1`);
  if (!response.ok) throw new Error(`The label could not be loaded (${response.status}).`);
  const bytes = await response.arrayBuffer();
  return kind.storage === "scalar_map" ? new Uint16Array(bytes) : new Uint8Array(bytes);
}

async function pictureOf(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`The frame could not be loaded (${response.status}).`);
  return createImageBitmap(await response.blob(), { colorSpaceConversion: "none" });
}

async function load() {
  const { frame, draft } = revision;
  const label = labelOf(revision.label_url);
  stage.setPicture(await pictureOf(frame.image_url), frame.width, frame.height);
  layers.overlay = overlayLayer(await label, frame, kind);
  show();
  document.querySelector("#wait").hidden = true;
  if (draft) layers.difference = differenceLayer(await label, await labelOf(draft.label_url), frame, kind);
  show();
}

function show() {
  const name = shown.difference ? "difference" : shown.overlay ? "overlay" : null;
  stage.setLayer(layers[name] ?? null);
  for (const key of ["overlay", "difference"]) {
    document.querySelector(`[data-view="${key}"]`).setAttribute("aria-pressed", String(key === name));
  }
  document.querySelector("#legend").hidden = !shown.difference;
}

const views = {
  overlay() {
    shown.overlay = shown.difference || !shown.overlay;
    shown.difference = false;
    show();
  },
  difference() {
    if (!revision.draft) return;
    shown.difference = !shown.difference;
    show();
  },
  fit: () => stage.fit(),
};

function complain(text) {
  const problem = document.querySelector("#problem");
  problem.textContent = text;
  problem.hidden = !text;
}

async function judge(verdict) {
  if (!form || form.dataset.busy || form.querySelector(`[data-verdict="${verdict}"]`).disabled) return;
  const comment = form.elements.comment;
  if (verdict === "return" && !comment.value.trim()) {
    complain("Say what to mend, then Ctrl+Enter.");
    comment.focus();
    return;
  }
  form.dataset.busy = "1";
  complain("");
  try {
    location.assign(await send(form.dataset[verdict], comment.value));
  } catch (error) {
    delete form.dataset.busy;
    complain(error.message);
  }
}

async function send(url, comment) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ comment }) }).catch(() => null);
  if (!response) throw new Error("The server cannot be reached.");
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error([answer.error?.message, answer.error?.remedy].filter(Boolean).join(" ") || `The server answered ${response.status}.`);
  return answer.next_url;
}

const go = (id) => {
  const link = document.querySelector(id);
  if (link?.href) link.click();
};

const keys = {
  a: () => judge("accept"),
  r: () => judge("return"),
  o: views.overlay,
  d: views.difference,
  c: () => pins.aim(),
  0: views.fit,
  ArrowLeft: () => go("#before"),
  ArrowRight: () => go("#after"),
  "+": () => stage.zoom(1.25),
  "-": () => stage.zoom(0.8),
};

/** With an input method on, a key has no letter of its own; then its place counts. */
const underIme = (event) => event.key === "Process" && keys[event.code.replace(/^Key|^Digit/, "").toLowerCase()];

addEventListener("keydown", (event) => {
  if (event.target.matches("textarea, input")) {
    if (event.key === "Escape") event.target.blur();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      if (event.target.id === "pin-text") event.target.form.requestSubmit();
      else judge("return");
    }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const action = keys[event.key] ?? keys[event.key.toLowerCase()] ?? underIme(event);
  if (!action) return;
  event.preventDefault();
  action();
});
for (const button of document.querySelectorAll("[data-view]")) button.addEventListener("click", views[button.dataset.view]);
for (const button of document.querySelectorAll("[data-verdict]")) button.addEventListener("click", () => judge(button.dataset.verdict));
for (const button of document.querySelectorAll("[data-box]")) {
  button.addEventListener("click", () => stage.look(button.dataset.box.split(" ").map(Number)));
}
form?.addEventListener("input", () => complain(""));
form?.addEventListener("submit", (event) => event.preventDefault());

load().catch((error) => {
  const wait = document.querySelector("#wait");
  wait.textContent = error.message;
  wait.hidden = false;
});
