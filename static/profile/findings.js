/** What the checks would list on the frame that is shown, counted anew after each change. */

import { checksPayload } from "../editor/checks/payload.js";
import { t } from "../editor/i18n.js";

/** Somebody who types is not done yet. */
const WAIT_MS = 300;

export class Findings {
  /**
   * @param {HTMLElement} list of the checks, each with `[data-check]`
   * @param {import("../editor/worker/client.js").Heavy} heavy
   * @param {(places: object[]) => void} show called with the places to mark
   */
  constructor(list, heavy, show) {
    Object.assign(this, { list, heavy, show });
    this.turn = 0;
    this.places = {};
    for (const button of list.querySelectorAll("[data-count-of]")) this.#bind(button);
  }

  /**
   * @param {{values: Uint8Array | null, width: number, height: number, other: {kind: object, values: Uint8Array} | null}}
   *   frame with the label of its other kind, where it has one
   * @param {object} kind with the production's entries
   * @param {object} settings
   */
  count(frame, kind, settings) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#run(frame, kind, settings), WAIT_MS);
  }

  async #run(frame, kind, settings) {
    const turn = ++this.turn;
    if (!frame.values) return this.#say({});
    const { width, height, values, other } = frame;
    const doc = { kind, width, height, profile: settings, sheet: { values } };
    const result = await this.heavy.call("checks", checksPayload(doc, [], other));
    if (turn !== this.turn) return;
    this.#say(Object.fromEntries(result.map(({ check, ...found }) => [check, found])), settings);
  }

  #say(found, settings = { checks: {} }) {
    this.places = found;
    for (const button of this.list.querySelectorAll("[data-count-of]")) {
      const { countOf: check } = button.dataset;
      const total = found[check]?.total ?? 0;
      button.hidden = !settings.checks[check];
      button.disabled = total === 0;
      button.textContent = total ? t("%(n)s here", { n: total }) : t("none here");
    }
    this.show([]);
  }

  /** The pointer or the keyboard on a count shows its places; a click goes to the gravest. */
  #bind(button) {
    const places = () => this.places[button.dataset.countOf]?.places ?? [];
    for (const name of ["pointerenter", "focus"]) button.addEventListener(name, () => this.show(places()));
    for (const name of ["pointerleave", "blur"]) button.addEventListener(name, () => this.show([]));
    button.addEventListener("click", () => this.show(places(), places()[0]?.box));
  }
}
