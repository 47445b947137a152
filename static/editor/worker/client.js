/** Heavy work off the page's thread. */

/** Jobs whose results are looked at in a panel. */
const LISTED = new Set(["checks", "depthChecks", "uncertainPlaces"]);

export class Heavy {
  /** @param {() => Worker} [start] makes the worker; it is made when it is first needed */
  constructor(start = () => new Worker(new URL("./main.js", import.meta.url), { type: "module" })) {
    this.start = start;
    this.worker = null;
    this.waiting = new Map();
    this.next = 1;
  }

  /**
   * Run a job of `jobs.js`.
   * @param {string} name
   * @param {object} payload copied over, but for what is transferred
   * @param {Transferable[]} [transfer]
   * @returns {Promise<any>} its result; rejected when it failed
   */
  call(name, payload, transfer = []) {
    this.worker ??= this.#open();
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, name, payload }, transfer);
    });
  }

  /** Stop what runs; what was waited for is rejected. */
  stop(reason = "stopped") {
    this.worker?.terminate();
    this.worker = null;
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }

  #open() {
    const worker = this.start();
    worker.onmessage = ({ data }) => this.#answered(data);
    worker.onerror = (event) => this.stop(event.message ?? "the worker failed");
    return worker;
  }

  #answered({ id, result, error }) {
    const { resolve, reject } = this.waiting.get(id) ?? {};
    this.waiting.delete(id);
    if (error) reject?.(new Error(error));
    else resolve?.(result);
  }
}

/** Two workers: what a person waits for at the pointer does not queue behind what is listed in a panel. */
export class HeavyLanes {
  /** @param {(() => Worker)} [start] as in `Heavy` */
  constructor(start) {
    this.pointed = new Heavy(start);
    this.listed = new Heavy(start);
  }

  /** As `Heavy.call`. */
  call(name, payload, transfer) {
    const lane = LISTED.has(name) ? this.listed : this.pointed;
    return lane.call(name, payload, transfer);
  }
}
