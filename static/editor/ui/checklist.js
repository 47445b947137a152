/** The list of what the checks found: one clicks through it, dismisses with a reason, takes back. */

import { mark, t } from "../i18n.js";
import { make } from "./dom.js";

/** Check -> what its group is called and what is said of a place. */
const TEXTS = {
  leaks: [mark("Lines with an opening"), mark("cuts off %(size)s px once closed")],
  "fills-meet": [mark("Fills that meet without a line"), mark("%(size)s px long")],
  "border-without-line": [mark("Cel border without a line"), mark("%(size)s px long")],
  "line-outside-cel": [mark("Lines outside the cel"), mark("%(size)s px")],
  "solid-black": [mark("Solid areas drawn as line"), mark("%(width)s px thick")],
  "line-width": [mark("Lines too thin or too wide"), mark("%(width)s px wide")],
  holes: [mark("Small holes"), mark("%(size)s px")],
  specks: [mark("Specks"), mark("%(size)s px")],
  "cel-behind": [mark("Cels that are not in front"), mark("along %(size)s px")],
  "layer-covered": [mark("Layers that show nowhere"), mark("%(name)s, %(size)s px")],
  "no-depth": [mark("No depth yet"), mark("%(size)s px")],
};

export class CheckList {
  /**
   * @param {HTMLElement} list
   * @param {{pick: (place: object) => void, restore: (place: object) => void}} on
   */
  constructor(list, on) {
    this.list = list;
    this.on = on;
  }

  /**
   * @param {import("../checks/run.js").Found[]} found
   * @param {object | null} here the place one is at
   */
  show(found, here) {
    const open = found.filter(({ total }) => total).map((group) => this.#group(group, here));
    const dismissed = found.flatMap((group) => group.dismissed);
    this.list.replaceChildren(...open, ...(dismissed.length ? [this.#dismissed(dismissed, here)] : []));
    this.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  #group({ check, total, places }, here) {
    const title = make("h3", {}, t(TEXTS[check][0]), " ", make("span.ed-count", { text: total }));
    const lines = places.map((place) => make("li", {}, this.#place(place, here)));
    if (total > places.length) {
      lines.push(make("li.quiet", { text: t("and %(count)s lesser ones, once these are done", { count: total - places.length }) }));
    }
    return make("section.check-group", { data: { check } }, title, make("ul", {}, ...lines));
  }

  #place(place, here) {
    const text = t(TEXTS[place.check][1], { size: place.size, width: place.width, name: place.name });
    const where = `${place.x}, ${place.y}`;
    const parts = place.parts > 1 ? [make("span.quiet", { text: t("%(parts)s parts", { parts: place.parts }) })] : [];
    const given = { type: "button", "aria-current": place === here && "true", on: { click: () => this.on.pick(place) } };
    return make("button.check-place", given, make("span", { text }), ...parts, make("span.mono.quiet", { text: where }));
  }

  #dismissed(places, here) {
    const lines = places.map((place) => {
      const back = make("button.link", { type: "button", text: t("Open again"), on: { click: () => this.on.restore(place) } });
      const title = make("span.check-kind", { text: t(TEXTS[place.check][0]) });
      return make("li", {}, title, this.#place(place, here), make("p.check-reason", {}, `${place.reason} `, back));
    });
    const summary = make("summary", {}, t("Dismissed"), " ", make("span.ed-count", { text: places.length }));
    return make("details.check-dismissed", { open: places.includes(here) }, summary, make("ul", {}, ...lines));
  }
}
