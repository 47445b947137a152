// Comments on the review page: numbered on the picture, listed beside it, new ones pinned by a press.

/** A press that moved further than this (px) moved the picture. */
const STILL = 4;
const AROUND = 60;

export class Pins {
  /**
   * @param {HTMLElement | null} panel null where there is nothing to show or say
   * @param {import("./stage.js").Stage} stage
   * @param {object[]} comments of the API
   */
  constructor(panel, stage, comments) {
    Object.assign(this, { panel, stage, comments, chosen: null, place: null });
    if (!panel) return;
    this.button = panel.querySelector("[data-pin]");
    this.form = panel.querySelector(".review-pin");
    this.button?.addEventListener("click", () => this.aim());
    this.form?.addEventListener("submit", (event) => this.#say(event));
    this.form?.querySelector("[data-cancel]").addEventListener("click", () => this.#close());
    stage.canvas.addEventListener("pointerdown", (event) => (this.pressed = [event.offsetX, event.offsetY]));
    stage.canvas.addEventListener("pointerup", (event) => this.#released(event));
    this.#show();
  }

  /** The next press on the picture is a place; asked again, it is not. */
  aim() {
    if (!this.button) return;
    const aiming = this.button.getAttribute("aria-pressed") !== "true";
    this.button.setAttribute("aria-pressed", String(aiming));
    this.stage.canvas.style.cursor = aiming ? "crosshair" : "";
  }

  #released(event) {
    if (this.button?.getAttribute("aria-pressed") !== "true" || !this.pressed) return;
    const moved = Math.hypot(event.offsetX - this.pressed[0], event.offsetY - this.pressed[1]);
    const place = moved < STILL ? this.stage.pixelAt(event) : null;
    if (!place) return;
    this.aim();
    this.place = place;
    this.form.hidden = false;
    this.form.querySelector("[data-place]").textContent = `${place.x}, ${place.y}`;
    this.form.elements.text.focus();
    this.#show();
  }

  #close() {
    this.place = null;
    this.form.hidden = true;
    this.#show();
  }

  async #say(event) {
    event.preventDefault();
    const text = this.form.elements.text.value.trim();
    const said = await this.#send("POST", this.panel.dataset.url, { ...this.place, text });
    if (!said) return;
    this.comments.push(said);
    this.chosen = said.id;
    this.form.reset();
    this.#close();
  }

  async #resolve(comment) {
    const changed = await this.#send("PATCH", `/api/comments/${comment.id}/`, { resolved: !comment.resolved_at });
    if (!changed) return;
    Object.assign(comment, changed);
    this.#show();
    this.panel.querySelector(`[data-id="${comment.id}"] .link:last-child`)?.focus();
  }

  /** @returns {Promise<object | null>} null when it was refused, which is said */
  async #send(method, url, data) {
    const csrf = document.querySelector("input[name=csrfmiddlewaretoken]").value;
    const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
    const response = await fetch(url, { method, headers, body: JSON.stringify(data) }).catch(() => null);
    const answer = await response?.json().catch(() => ({}));
    const error = [answer?.error?.message, answer?.error?.remedy].filter(Boolean).join(" ");
    const problem = this.panel.querySelector("[data-problem]");
    problem.textContent = response?.ok ? "" : error || "The server cannot be reached.";
    problem.hidden = Boolean(response?.ok);
    return response?.ok ? answer : null;
  }

  #go(comment) {
    this.chosen = comment.id;
    const { x, y } = comment;
    this.stage.look([x - AROUND, y - AROUND, x + AROUND, y + AROUND]);
    this.stage.mark = null;
    this.#show();
  }

  #show() {
    const list = this.panel.querySelector("ol");
    list.replaceChildren(...this.comments.map((comment) => this.#line(comment)));
    this.panel.querySelector("[data-empty]").hidden = this.comments.length > 0;
    const pins = this.comments.map((comment, index) => ({
      ...comment,
      text: String(index + 1),
      resolved: Boolean(comment.resolved_at),
      chosen: comment.id === this.chosen,
    }));
    this.stage.setPins(this.place ? [...pins, { ...this.place, text: "+", chosen: true }] : pins);
  }

  #line(comment) {
    const line = document.createElement("li");
    line.dataset.id = comment.id;
    line.toggleAttribute("data-resolved", Boolean(comment.resolved_at));
    const go = button(comment.text, () => this.#go(comment));
    go.title = "Go to this place";
    const who = document.createElement("span");
    who.className = "quiet";
    who.textContent = [comment.author, comment.resolved_at && `resolved by ${comment.resolved_by}`].filter(Boolean).join(" · ");
    line.append(go, who);
    if (this.button) line.append(button(comment.resolved_at ? "Reopen" : "Resolve", () => this.#resolve(comment)));
    return line;
  }
}

function button(text, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "link";
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}
