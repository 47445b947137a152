/** The checks of the open frame: run in the worker while they are looked at and before a frame is handed in. */

import { t } from "../i18n.js";
import { kindOf } from "../kinds.js";
import { profileOf } from "../profile.js";
import { CheckList } from "../ui/checklist.js";
import { ring, showPlace } from "../ui/place.js";
import { Dismissals, findingsToSend } from "./dismissals.js";
import { checksPayload } from "./payload.js";

/** While the list is looked at it follows the drawing after this pause, in ms. */
const PAUSE_MS = 500;

export class ChecksWork {
  /** What the worker calls them. */
  job = "checks";

  constructor(editor) {
    this.editor = editor;
    this.#forget();
  }

  mount() {
    const { root, store, renderer } = this.editor;
    this.panel = root.querySelector("#panel-checks");
    this.part = (name) => this.panel.querySelector(`[data-checks=${name}]`);
    this.list = new CheckList(this.part("list"), { pick: (place) => this.#goTo(place), restore: (place) => this.#restore(place) });
    this.count = root.querySelector("[data-count=checks]");
    this.part("dismiss").addEventListener("submit", (event) => this.#dismiss(event));
    store.on("open", (doc) => this.#opened(doc));
    for (const topic of ["change", "redraw"]) store.on(topic, () => this.changed());
    new MutationObserver(() => this.#shown()).observe(this.panel, { attributeFilter: ["hidden"] });
    renderer.overlays.push((context, viewport) => this.#paint(context, viewport));
    this.#guardSubmit();
  }

  /** What the worker is told of a frame. */
  async payload(doc) {
    const other = await this.#otherLabel(doc);
    return checksPayload(doc, this.dismissals.list, other);
  }

  /** A place was gone to. */
  arrived() {}

  /** Open findings, in the order they are listed. */
  get open() {
    return (this.found ?? []).flatMap(({ places }) => places);
  }

  /** Check the map as it is now. @returns {Promise<boolean>} whether the list is up to date; false when another frame is open */
  async run() {
    const { doc } = this.editor.store;
    clearTimeout(this.timer);
    while (this.editor.store.doc === doc && doc && this.ran !== this.version) {
      this.running ??= this.#runOnce(doc).finally(() => (this.running = null));
      await this.running;
    }
    return this.editor.store.doc === doc;
  }

  /** Go to the next finding (1) or the one before (-1). */
  async go(step) {
    this.editor.tabs.show("checks");
    if (!(await this.#tryToRun())) return;
    const { open } = this;
    if (!open.length) return;
    const at = open.indexOf(this.here);
    const next = at < 0 ? (step > 0 ? 0 : open.length - 1) : (at + step + open.length) % open.length;
    this.#goTo(open[next]);
  }

  /** Put the cursor where the reason is written. */
  askReason() {
    if (!this.here || this.here.reason) return;
    this.editor.tabs.show("checks");
    this.part("dismiss").elements.reason.focus();
  }

  /** @param {"specks" | "holes"} what */
  async cleanUp(what) {
    const { store, heavy, strokes, dialogs } = this.editor;
    const { doc } = store;
    if (!doc || doc.readOnly) return;
    const { version } = this;
    const payload = { ...checksPayload(doc, this.dismissals.list, null), what };
    const { erased, painted, count } = await heavy.call("cleanUp", payload, [payload.values.buffer]);
    if (store.doc !== doc || this.version !== version) return;
    strokes.apply((edit) => {
      edit.erasePixels(erased, "ink");
      for (const { value, pixels } of painted) edit.setPixels(pixels, value);
    });
    dialogs.notice(what === "specks" ? t("Specks removed: %(count)s", { count }) : t("Holes filled: %(count)s", { count }));
  }

  /** Hand the frame in with what is left open. */
  submitAnyway() {
    this.#asking(false);
    this.submit();
  }

  #forget() {
    clearTimeout(this.timer);
    Object.assign(this, { found: null, here: null, version: 0, ran: -1, other: undefined, dismissals: null });
  }

  #opened(doc) {
    this.#forget();
    this.dismissals = new Dismissals(localStorage, doc.assignment.id, doc.assignment.dismissed);
    this.#asking(false);
    this.#show();
    this.#shown();
  }

  /** The drawing may be another. */
  changed() {
    this.version += 1;
    this.#show();
    if (this.panel.hidden) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#tryToRun(), PAUSE_MS);
  }

  /** The list is looked at. */
  #shown() {
    if (!this.panel.hidden && this.editor.store.doc) this.#tryToRun();
  }

  /** @returns {Promise<boolean>} whether the list is up to date; what went wrong is said */
  async #tryToRun() {
    try {
      return await this.run();
    } catch (error) {
      this.editor.dialogs.notice(t("The checks could not run: %(reason)s", { reason: error.message }));
      return false;
    }
  }

  async #runOnce(doc) {
    const { version, dismissals } = this;
    const payload = await this.payload(doc);
    if (this.dismissals !== dismissals) return;
    const found = await this.editor.heavy.call(this.job, payload, []);
    if (this.dismissals !== dismissals) return;
    this.found = found;
    this.ran = version;
    this.here = this.here && this.#same(this.here);
    this.#show();
  }

  /** The frame's accepted label of the other kind, loaded once; a frame without has no checks across both. */
  async #otherLabel({ assignment }) {
    if (this.other !== undefined) return this.other;
    const wanted = assignment.kind === "douga" ? "cel" : "douga";
    const other = (assignment.others ?? []).find(({ kind, origin }) => kind === wanted && origin === "accepted");
    const kind = this.editor.data.kinds.find(({ name }) => name === wanted);
    this.other = null;
    if (other && kind) {
      const values = await this.editor.api.label(other.label_url);
      this.other = { kind: kindOf(kind, profileOf(other.profile, kind)), values };
    }
    return this.other;
  }

  /** The place of the new list that lies where one was. */
  #same({ check, x, y }) {
    const all = this.found.flatMap(({ places, dismissed }) => [...places, ...dismissed]);
    return all.find((place) => place.check === check && place.x === x && place.y === y) ?? null;
  }

  #goTo(place) {
    this.here = place;
    showPlace(this.editor, place.box);
    this.arrived(place);
    this.#show();
  }

  #dismiss(event) {
    event.preventDefault();
    const field = event.target.elements.reason;
    if (!this.here || !field.value.trim()) return;
    const next = this.open[this.open.indexOf(this.here) + 1] ?? null;
    this.dismissals.add(this.here, field.value.trim());
    field.value = "";
    this.#judged();
    if (next) this.#goTo(next);
    this.editor.stage.focus({ preventScroll: true });
  }

  #restore(place) {
    this.dismissals.remove(place);
    this.#judged();
  }

  /** What was decided counts in the next run; it lists open places that had no room before, too. */
  #judged() {
    this.here = null;
    this.ran = -1;
    this.#tryToRun();
  }

  #show() {
    const { found } = this;
    const stale = this.ran !== this.version;
    const total = (found ?? []).reduce((sum, group) => sum + group.total, 0);
    this.count.hidden = !found;
    this.count.textContent = stale ? "…" : total;
    this.panel.classList.toggle("checks-stale", Boolean(found) && stale);
    this.part("none").hidden = !found || total > 0;
    this.part("dismiss").hidden = !this.here || Boolean(this.here.reason);
    this.list.show(found ?? [], this.here);
    this.editor.renderer.invalidateHud();
  }

  #asking(open) {
    this.part("ask").hidden = !open;
    this.panel.classList.toggle("checks-asking", Boolean(open));
  }

  /** With open findings the list comes first; handing in goes on from there. */
  #guardSubmit() {
    const { actions } = this.editor;
    const submit = actions["work.submit"];
    this.submit = () => {
      this.editor.store.doc.findings = findingsToSend(this.found ?? []);
      return submit();
    };
    actions["work.submit"] = () => this.#tryToSubmit();
  }

  async #tryToSubmit() {
    const { store, tabs } = this.editor;
    const { doc } = store;
    if (!doc || doc.readOnly) return;
    await this.#tryToRun();
    if (store.doc !== doc) return;
    // A check that failed must not keep a drawing from being handed in.
    if (!this.open.length) return this.submit();
    tabs.show("checks");
    this.#asking(true);
    this.part("ask").querySelector("button").focus();
  }

  #paint(context, { scale }) {
    if (this.panel.hidden && !this.here) return;
    const unit = devicePixelRatio / scale;
    for (const place of this.open) if (place !== this.here && !this.panel.hidden) ring(context, place.box, unit, false);
    if (this.here) ring(context, this.here.box, unit, true);
  }
}
