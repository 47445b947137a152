/**
 * The local backup: every stroke goes to IndexedDB at once, so that a killed tab or an hour offline loses nothing.
 *
 * A *work* is what one tab did to one assignment since the last save: the map it began from (gzipped; null until it is
 * packed, then the server's map of `baseVersion` stands for it) and the tiles changed since, each in its newest state.
 * A *kept* work is a whole map put aside when two versions met.
 */

import { Plane } from "./plane.js";

const NAME = "sakkan-editor";

export class Journal {
  /** @param {IDBDatabase} db */
  constructor(db) {
    this.db = db;
  }

  /** @returns {Promise<Journal>} */
  static async open() {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("works", { keyPath: "id" }).createIndex("assignment", "assignment");
      request.result.createObjectStore("tiles", { keyPath: ["work", "tile"] }).createIndex("work", "work");
    };
    return new Journal(await result(request));
  }

  /**
   * Write a stroke down.
   * @param {Work} work
   * @param {{tile: number, bytes: Uint8Array}[]} tiles their state now
   *
   * @typedef {{id: string, assignment: number, user: string, baseVersion: number, base: Uint8Array | null,
   *   width: number, height: number, seq: number, updatedAt: number, kept: string}} Work
   */
  record(work, tiles) {
    return this.#write((works, store) => {
      works.put(work);
      for (const { tile, bytes } of tiles) store.put({ work: work.id, tile, bytes, seq: work.seq });
    });
  }

  /** The server has everything up to `seq`: forget those tiles, and the work too if none is left. */
  saved(work, seq) {
    return this.#write(async (works, store) => {
      const tiles = await result(store.index("work").getAll(work.id));
      const old = tiles.filter((tile) => tile.seq <= seq);
      for (const { tile } of old) store.delete([work.id, tile]);
      if (old.length === tiles.length) works.delete(work.id);
      else works.put(work);
    });
  }

  /** Put a whole map aside. @param {Work} work with `kept` saying why */
  keep(work) {
    return this.#write((works) => works.put(work));
  }

  remove(id) {
    return this.#write(async (works, store) => {
      works.delete(id);
      for (const key of await result(store.index("work").getAllKeys(id))) store.delete(key);
    });
  }

  /** Works of one person on one assignment, newest first. @returns {Promise<Work[]>} */
  async find(assignment, user) {
    const works = await result(this.#store("works").index("assignment").getAll(assignment));
    return works.filter((work) => work.user === user).sort((a, b) => b.updatedAt - a.updatedAt);
  }

  /** @returns {Promise<{tile: number, bytes: Uint8Array}[]>} */
  tiles(id) {
    return result(this.#store("tiles").index("work").getAll(id));
  }

  #store(name) {
    return this.db.transaction(name).objectStore(name);
  }

  async #write(change) {
    const transaction = this.db.transaction(["works", "tiles"], "readwrite");
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    const asking = change(transaction.objectStore("works"), transaction.objectStore("tiles"));
    // Nothing is asked of the database first: committed at once, a stroke is kept even when the tab ends with it.
    if (asking instanceof Promise) await asking;
    else transaction.commit();
    return done;
  }
}

/**
 * The map a work stands for.
 * @param {{width: number, height: number}} work
 * @param {Uint8Array} base its map before the tiles, a plane after the other; not changed
 * @param {{tile: number, bytes: Uint8Array}[]} tiles
 * @returns {Uint8Array} as many planes as the base
 */
export function rebuild(work, base, tiles) {
  const content = base.slice();
  const size = work.width * work.height;
  const planes = Array.from({ length: content.length / size }, (_, index) => {
    return new Plane(work.width, work.height, content.subarray(index * size, (index + 1) * size));
  });
  for (const { tile, bytes } of tiles) {
    const { tileCount } = planes[0];
    planes[Math.floor(tile / tileCount)]?.unpackTile(tile % tileCount, bytes);
  }
  return content;
}

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
