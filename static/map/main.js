/** The map of a pool: fetch points, colour them, choose by lasso, send what is chosen. */

import { call } from "../js/datasets/api.js";
import { Choice } from "./choice.js";
import { painted } from "./colors.js";
import { pointsInside } from "./geometry.js";
import { Hand } from "./hand.js";
import { showLegend } from "./legend.js";
import { Panel } from "./panel.js";
import { bytesAt, firstStep, unpackPoints, unpackValues } from "./points.js";
import { Surface } from "./surface.js";

const root = document.querySelector("#map");
const part = (name) => root.querySelector(`[data-${name}]`);
const given = JSON.parse(document.querySelector("#map-colorings").textContent);
const query = (more) => new URLSearchParams({ map: root.dataset.map, task: root.dataset.task, ...more });
const pointsAt = async (more) => unpackPoints(await bytesAt(`${root.dataset.points}?${query(more)}`));
const coloringAsked = () => given.find((one) => one.key === part("by").value);

/** Where the values of what the form says are. */
function valuesAddress({ key, of_round }) {
  const round = of_round ? { round: part("round").value } : {};
  return `${root.dataset.values}?${query({ by: key, ...round })}`;
}

class PoolMap {
  /**
   * @param {Surface} surface
   * @param {{ids: Uint32Array, xs: Float32Array, ys: Float32Array}} points
   * @param {{url: string, bytes: Promise<ArrayBuffer>}} ahead values that were asked for together with the points
   */
  constructor(surface, points, ahead) {
    Object.assign(this, { surface, points, ahead });
    this.choice = new Choice(points.ids.length);
    this.panel = new Panel(part("panel"), {
      most: Number(root.dataset.most),
      listed: Number(root.dataset.listed),
      frames: root.dataset.frames,
      ids: points.ids,
      captions: (place) => this.value(place),
      act: (queue) => this.send(queue),
      cleared: () => this.choose([], "new"),
    });
    this.hand = new Hand(this.surface, {
      lassoed: (corners, way) => this.choose(pointsInside(points.xs, points.ys, corners), way),
      toggled: (place) => this.choose([place], this.choice.marks[place] ? "remove" : "add"),
      hovered: (place, at) => this.hovered(place, at),
      cleared: () => this.choose([], "new"),
    });
    this.panel.show(this.choice);
  }

  get coloring() {
    return coloringAsked();
  }

  /** Colour by what the form says. */
  async color() {
    const { coloring } = this;
    part("round-field").hidden = !coloring.of_round;
    const url = valuesAddress(coloring);
    this.asked = url;
    const buffer = await (this.ahead?.url === url ? this.ahead.bytes : bytesAt(url));
    this.ahead = null;
    if (this.asked !== url) return;
    this.values = unpackValues(buffer, this.points.ids.length);
    const look = painted(coloring, this.values);
    this.surface.colors = look.colors;
    this.surface.redraw();
    showLegend(part("legend"), coloring, look, (place, way) => this.choose(this.valued(place), way));
    this.panel.show(this.choice);
    root.dataset.colored = coloring.key;
  }

  /** Places of the points of a name, or of those without any. */
  *valued(wanted) {
    for (let i = 0; i < this.values.length; i++) {
      if (wanted === null ? Number.isNaN(this.values[i]) : this.values[i] === wanted) yield i;
    }
  }

  choose(places, way) {
    this.choice.change(places, way);
    this.surface.marks = this.choice.count ? this.choice.marks : null;
    this.surface.redraw();
    this.panel.show(this.choice);
  }

  /** The value of a point. */
  value(place) {
    const value = this.values?.[place] ?? Number.NaN;
    if (Number.isNaN(value)) return "";
    const { form, names } = this.coloring;
    return form === "number" ? `${Number(value.toPrecision(3))}` : (names[value] ?? "");
  }

  /** The same with what it is a value of. */
  said(place) {
    const value = this.value(place);
    return value && `${this.coloring.title}: ${value}`;
  }

  hovered(place, at) {
    const card = part("hover");
    this.surface.canvas.classList.toggle("over-frame", place >= 0);
    card.hidden = place < 0;
    if (place < 0) return;
    const id = this.points.ids[place];
    const image = card.querySelector("img");
    const address = `/media/frames/${id}/thumb`;
    if (image.getAttribute("src") !== address) image.src = address;
    card.querySelector("span").textContent = this.said(place);
    const { clientWidth, clientHeight } = this.surface.canvas;
    card.style.left = at.x > clientWidth / 2 ? "" : `${at.x + 18}px`;
    card.style.right = at.x > clientWidth / 2 ? `${clientWidth - at.x + 18}px` : "";
    card.style.top = at.y > clientHeight / 2 ? "" : `${at.y + 18}px`;
    card.style.bottom = at.y > clientHeight / 2 ? `${clientHeight - at.y + 18}px` : "";
    this.name(id, card);
  }

  /** The frame's key, once one stays on it. */
  name(id, card) {
    const key = card.querySelector("strong");
    if (this.named === id) return;
    this.named = id;
    key.textContent = "";
    clearTimeout(this.naming);
    this.naming = setTimeout(async () => {
      const frame = await call(`/api/frames/${id}/`).catch(() => null);
      if (frame && this.named === id) key.textContent = frame.key;
    }, 150);
  }

  async send(queue) {
    const frames = this.choice.places().map((place) => this.points.ids[place]);
    const body = { task: root.dataset.task, map: root.dataset.map, frames, queue };
    const selection = await call(root.dataset.selections, { method: "POST", body });
    location.assign(`/selections/${selection.id}/`);
  }
}

/** The points and the values they are first coloured by; of very many a few are shown before. */
async function load() {
  const every = firstStep(Number(root.dataset.size));
  const surface = every > 1 ? new Surface(part("canvas"), await pointsAt({ every })) : null;
  if (surface) root.dataset.state = "first";
  const url = valuesAddress(coloringAsked());
  const ahead = { url, bytes: bytesAt(url) };
  ahead.bytes.catch(() => {}); // told where it is used
  const points = await pointsAt({});
  surface?.take(points);
  return new PoolMap(surface ?? new Surface(part("canvas"), points), points, ahead);
}

async function start() {
  const map = await load();
  const told = (error) => map.panel.say(error.message);
  for (const name of ["by", "round"]) part(name).addEventListener("change", () => map.color().catch(told));
  for (const radio of root.querySelectorAll("[name=tool]"))
    radio.addEventListener("change", () => {
      map.hand.tool = radio.value;
      map.surface.canvas.classList.toggle("moves", radio.value === "move");
    });
  part("fit").addEventListener("click", () => map.surface.look(map.surface.fitted));
  await map.color().catch(told);
  part("loading").hidden = true;
  root.dataset.state = "ready";
}

if (root?.dataset.map) {
  part("which").addEventListener("change", (event) => event.target.form.requestSubmit());
  start().catch((error) => {
    part("loading").textContent = error.message;
  });
}
