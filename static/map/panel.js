/** Beside the map: the frames that are chosen, as pictures, and what can be done with them. */

const PAGE = 60;

export class Panel {
  /**
   * @param {HTMLElement} root
   * @param {{most: number, listed: number, frames: string, ids: Uint32Array, captions: (place: number) => string, act: (queue: boolean) => Promise<void>,
   *          cleared: () => void}} given most: how many a selection holds; listed: how many the list at `frames` shows
   */
  constructor(root, given) {
    Object.assign(this, given, { root });
    const part = (name) => root.querySelector(`[data-${name}]`);
    this.parts = Object.fromEntries(["count", "grid", "more", "propose", "queue", "list", "clear", "error"].map((n) => [n, part(n)]));
    this.parts.more.addEventListener("click", () => this.showMore());
    this.parts.clear.addEventListener("click", () => this.cleared());
    this.parts.propose?.addEventListener("click", () => this.send(false));
    this.parts.queue?.addEventListener("click", () => this.send(true));
  }

  /** Show what is chosen now. */
  show(choice) {
    this.choice = choice;
    const { count } = choice;
    this.root.dataset.chosen = count;
    this.parts.count.textContent = count ? `${count.toLocaleString("en")} frame${count === 1 ? "" : "s"} chosen` : "No frame chosen";
    this.parts.clear.disabled = !count;
    this.parts.grid.replaceChildren();
    this.say(count > this.most ? `A selection holds at most ${this.most.toLocaleString("en")} frames.` : "");
    this.allow(count > 0 && count <= this.most);
    this.list();
    this.showMore();
  }

  /** A link to the pool's frames page, for as many as an address holds. */
  list() {
    const { list } = this.parts;
    list.hidden = !this.choice.count || this.choice.count > this.listed;
    if (!list.hidden) list.href = `${this.frames}?among=${this.choice.places().map((place) => this.ids[place])}`;
  }

  allow(may) {
    for (const button of [this.parts.propose, this.parts.queue]) if (button) button.disabled = !may;
  }

  showMore() {
    const shown = this.parts.grid.children.length;
    const places = this.choice.places(shown, PAGE);
    this.parts.grid.append(...places.map((place) => this.thumb(place)));
    const left = this.choice.count - shown - places.length;
    this.parts.more.hidden = left <= 0;
    this.parts.more.textContent = `Show ${Math.min(PAGE, left)} more of ${left.toLocaleString("en")}`;
    if (shown) this.parts.grid.children[shown]?.querySelector("a").focus();
  }

  thumb(place) {
    const id = this.ids[place];
    const item = document.createElement("li");
    const link = document.createElement("a");
    Object.assign(link, { className: "thumb", href: `/frames/${id}/` });
    const image = document.createElement("img");
    Object.assign(image, { src: `/media/frames/${id}/thumb`, alt: `Frame ${id}`, loading: "lazy" });
    const caption = document.createElement("span");
    caption.className = "caption";
    const text = document.createElement("span");
    text.textContent = this.captions(place);
    caption.append(text);
    link.append(image, caption);
    item.append(link);
    return item;
  }

  async send(queue) {
    this.allow(false);
    this.say("");
    try {
      await this.act(queue);
    } catch (error) {
      this.say(error.message);
      this.allow(true);
    }
  }

  say(text) {
    this.parts.error.textContent = text;
    this.parts.error.hidden = !text;
  }
}
