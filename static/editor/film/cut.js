/** The drawings of the open frame's cut: known piece by piece, so that a cut of thousands costs no more than a short one. */

/** Drawings asked for at once. */
export const CHUNK = 100;

const cuts = new WeakMap();

/**
 * The open frame's cut, the same for whoever asks.
 * @param {object} doc the open frame
 * @param {import("../api.js").Api} api
 * @returns {Cut}
 */
export function cutOf(doc, api) {
  if (!cuts.has(doc)) cuts.set(doc, new Cut(doc.assignment.urls.film, api));
  return cuts.get(doc);
}

/**
 * One drawing, as the film API tells it.
 * @typedef {{frame: number, key: string, index: number, time_s: number | null, width: number, height: number,
 *   pan_x: number | null, pan_y: number | null, thumb_url: string, image_url: string, state: string,
 *   assignment: number | null, page: string | null, label_url: string | null, same_as: number | null,
 *   current: boolean}} Drawing
 */
export class Cut {
  /** @param {string} url @param {import("../api.js").Api} api */
  constructor(url, api) {
    this.url = url;
    this.api = api;
    this.total = 0;
    this.current = 0;
    this.known = new Map();
    this.asked = new Map();
    this.opening = null;
  }

  /** Load what lies around the open frame. @returns {Promise<Cut>} */
  open() {
    this.opening ??= this.api.get(`${this.url}?count=${CHUNK}`).then(
      (answer) => this.#take(answer),
      (error) => {
        this.opening = null;
        throw error;
      },
    );
    return this.opening;
  }

  /** What is known of the drawing at a position. @returns {Drawing | undefined} */
  at(position) {
    return this.known.get(position);
  }

  /** The drawing at a position, asked for if need be; undefined beyond the cut's ends. @returns {Promise<Drawing>} */
  async load(position) {
    await this.open();
    if (position < 0 || position >= this.total) return undefined;
    if (!this.known.has(position)) await this.#ask(Math.floor(position / CHUNK));
    return this.known.get(position);
  }

  /** Know again what lies there: somebody may have drawn it meanwhile. */
  async refresh() {
    this.asked.clear();
    this.opening = null;
    return this.open();
  }

  /**
   * The nearest drawing in a direction that has a label to be copied.
   * @param {1 | -1} direction
   * @returns {Promise<{position: number, drawing: Drawing} | null>}
   */
  async labelled(direction) {
    await this.open();
    for (let position = this.current + direction; position >= 0 && position < this.total; position += direction) {
      const drawing = await this.load(position);
      if (drawing?.label_url) return { position, drawing };
    }
    return null;
  }

  /** A known drawing that is the same as the open one and has a label. @returns {Drawing | null} */
  twin() {
    const own = this.known.get(this.current);
    if (!own) return null;
    const root = own.same_as ?? own.frame;
    const isTwin = (drawing) => !drawing.current && drawing.label_url && (drawing.same_as ?? drawing.frame) === root;
    return [...this.known.values()].find(isTwin) ?? null;
  }

  /** The piece that a position lies in, once, however many ask. */
  #ask(piece) {
    if (!this.asked.has(piece)) {
      const asking = this.api.get(`${this.url}?first=${piece * CHUNK}&count=${CHUNK}`).then(
        (answer) => this.#take(answer),
        (error) => {
          this.asked.delete(piece);
          throw error;
        },
      );
      this.asked.set(piece, asking);
    }
    return this.asked.get(piece);
  }

  #take({ frames, first, total, current }) {
    Object.assign(this, { total, current });
    frames.forEach((drawing, index) => this.known.set(first + index, drawing));
    return this;
  }
}

/**
 * By how much a neighbour has to be moved to lie where the open frame shows the same plate, in frame pixels.
 * Only drawings that follow each other are known to have panned.
 * @param {Cut} cut
 * @param {number} position of the neighbour
 */
export function panTo(cut, position) {
  const pan = (drawing, sign) => ({ x: sign * (drawing?.pan_x ?? 0) || 0, y: sign * (drawing?.pan_y ?? 0) || 0 });
  if (position === cut.current - 1) return pan(cut.at(cut.current), 1);
  if (position === cut.current + 1) return pan(cut.at(position), -1);
  return { x: 0, y: 0 };
}
