/** The page of a production's profile: fields on the left, what they mean on a frame of the production on the right. */

import { Api, ApiError } from "../editor/api.js";
import { Frames } from "../editor/frames.js";
import { t } from "../editor/i18n.js";
import { Heavy } from "../editor/worker/client.js";
import { showClasses } from "./classes.js";
import { EntryRows } from "./entries.js";
import { Findings } from "./findings.js";
import { Form } from "./form.js";
import { markLegend, showLegend } from "./legend.js";
import { measured } from "./measure.js";
import { PencilRows } from "./pencils.js";
import { Preview } from "./preview.js";
import { clearProblems, showProblems } from "./problems.js";
import { isSame, pxOf, valueAt } from "./settings.js";

const $ = (selector) => document.querySelector(selector);
const json = (id) => JSON.parse(document.getElementById(id).textContent);

class Page {
  constructor() {
    this.form = $("#profile");
    this.kind = json("profile-kind");
    this.otherKind = json("profile-other-kind");
    this.frames = json("profile-frames");
    this.defaults = json("profile-defaults");
    this.api = new Api(this.form.elements.csrfmiddlewaretoken.value);
    this.pictures = new Frames(this.api);
    const changed = () => this.#changed();
    this.fields = new Form(this.form, {}, changed);
    this.entries = new EntryRows({ ...rowsOf("entries"), kind: this.kind, changed });
    this.pencils = new PencilRows({ ...rowsOf("pencils"), kind: this.kind, changed });
    this.preview = new Preview($("#preview"), this.kind, (value) => markLegend($("#legend"), value));
    this.findings = new Findings($("#checks"), new Heavy(), (places, box) => this.#places(places, box));
    this.#bind();
    this.#stored(json("profile-stored"));
    this.#open();
  }

  /** Show what the server has. */
  #stored({ version, production, kind, changed_by: by, changed_at: at, ...settings }) {
    Object.assign(this, { version, saved: settings });
    $("#version").textContent = version
      ? t("Version %(version)s, changed by %(by)s on %(day)s", { version, by: by ?? "–", day: new Date(at).toLocaleDateString(document.documentElement.lang) })
      : t("The defaults; nobody has changed them.");
    this.#show(structuredClone(settings));
  }

  #show(settings) {
    this.settings = settings;
    clearProblems(this.form);
    this.fields.show(settings);
    showClasses($("#classes"), $("#class-row"), { kind: this.kind, settings, changed: () => this.#changed() });
    this.entries.show(settings, this.saved.entries);
    this.pencils.show(settings);
    this.#changed();
  }

  #changed() {
    const same = isSame(this.settings, this.saved);
    $("#save").disabled = $("#undo").disabled = same;
    $("#said").textContent = same ? "" : t("Not saved yet");
    for (const note of this.form.querySelectorAll("[data-px-of]")) this.#px(note);
    this.preview.show(this.settings);
    this.#figures();
  }

  #px(note) {
    const share = valueAt(this.settings, note.dataset.pxOf);
    const here = this.frame && t("%(n)s px on this frame", { n: pxOf(share, this.frame.height) });
    note.textContent = here ?? "";
  }

  #figures() {
    if (!this.frame) return;
    const { shown } = this.preview;
    showLegend($("#legend"), this.frame.found, shown, this.settings, (only) => this.preview.set({ only }));
    this.findings.count(this.frame, shown, this.settings);
  }

  #places(places, box) {
    this.preview.set({ places });
    if (box) this.preview.goTo(box);
  }

  async #open() {
    const at = $("#frame")?.selectedIndex ?? -1;
    if (at < 0) return;
    const { image_url: image, label_url: label, other_url: other } = this.frames[at];
    const labels = [label, other].map((url) => (url ? this.api.label(url) : null));
    $("#wait").hidden = false;
    try {
      const [bitmap, ...found] = await Promise.all([this.pictures.image(image), ...labels]);
      if ($("#frame").selectedIndex === at) this.#opened(bitmap, ...found);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      $("#wait").textContent = error.message;
    }
  }

  #opened(image, values, second) {
    const { width, height } = image;
    const other = second && { kind: this.otherKind, values: second };
    this.frame?.image.close();
    this.frame = { image, width, height, values, other, found: values ? measured(values, width) : new Map() };
    $("#wait").hidden = true;
    $("#unlabelled").hidden = Boolean(values);
    this.preview.open(this.frame);
    this.#changed();
  }

  async #save() {
    clearProblems(this.form);
    $("#said").textContent = t("Saving…");
    try {
      this.#stored(await this.#put());
      $("#said").textContent = t("Saved");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showProblems(this.form, error, (text) => ($("#said").textContent = text));
    }
  }

  #put() {
    return this.api.replace(this.form.dataset.url, { ...this.settings, version: this.version });
  }

  /** The defaults but for entries, which stay once they are stored. */
  #default() {
    this.#show({ ...structuredClone(this.defaults), entries: structuredClone(this.settings.entries) });
  }

  #step(direction) {
    const list = $("#frame");
    list.selectedIndex = (list.selectedIndex + direction + list.length) % list.length;
    this.#open();
  }

  #bind() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    const clicks = {
      undo: () => this.#show(structuredClone(this.saved)),
      default: () => this.#default(),
      closer: () => this.preview.zoom(1),
      further: () => this.preview.zoom(-1),
      fit: () => this.preview.fit(),
      before: () => this.#step(-1),
      after: () => this.#step(1),
    };
    for (const [id, act] of Object.entries(clicks)) document.getElementById(id)?.addEventListener("click", act);
    $("#frame")?.addEventListener("input", () => this.#open());
    $("#opacity").addEventListener("input", ({ target }) => this.preview.set({ opacity: target.value / 100 }));
    $("#names").addEventListener("input", ({ target }) => this.preview.set({ names: target.checked }));
    $("#samples").addEventListener("input", ({ target }) => this.preview.set({ samples: target.checked }));
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("beforeunload", (event) => {
      if (!$("#save").disabled) event.preventDefault();
    });
  }

  #key(event) {
    if (event.code !== "KeyS" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (!$("#save").disabled) this.form.requestSubmit();
  }
}

function rowsOf(name) {
  return { list: $(`#${name}`), template: $(`#${name}-row`), add: $(`#${name}-add`) };
}

globalThis.profilePage = new Page();
