/** Puts the parts of a drawing page together and hands frames through. */

import { makeActions } from "./actions.js";
import { Api } from "./api.js";
import { Bindings } from "./bindings.js";
import { FEATURES, listed, merged, sheetTexts } from "./features/index.js";
import { Frames } from "./frames.js";
import { Journal } from "./journal.js";
import { DEFAULT_KEYS, KEY_TEXTS, REPEATING, isForControl, isTyping } from "./keymap.js";
import { Pointer } from "./pointer.js";
import { Renderer } from "./renderer.js";
import { Session } from "./session.js";
import { Store } from "./store.js";
import { Strokes } from "./strokes.js";
import { TOOLS } from "./tools/index.js";
import { Controls } from "./ui/controls.js";
import { Dialogs } from "./ui/dialogs.js";
import { StatusLine } from "./ui/statusline.js";
import { Tabs } from "./ui/tabs.js";
import { Viewport } from "./viewport.js";
import { HeavyLanes } from "./worker/client.js";

export class Editor {
  /**
   * @param {object} data as of `pageData`
   * @param {{features?: import("./features/index.js").Feature[], tools?: object, settingsKey?: string, Session?: Function}} [parts]
   *   what another page draws with
   */
  constructor(data, { features = FEATURES, tools = TOOLS, settingsKey, Session: OwnSession = Session } = {}) {
    this.data = data;
    this.queueUrl = data.assignment.urls.queue;
    this.root = document;
    this.stage = document.querySelector("#stage");
    this.heavy = new HeavyLanes();
    this.tools = tools;
    this.Session = OwnSession;
    this.bindings = new Bindings({ ...DEFAULT_KEYS, ...merged("keys", features) }, localStorage, data.assignment.person);
    this.texts = mergedTexts(KEY_TEXTS, sheetTexts(features));
    this.repeating = new Set([...REPEATING, ...listed("repeating", features)]);
    this.api = new Api(data.csrf);
    this.frames = new Frames(this.api);
    this.store = new Store(localStorage, { defaults: merged("settings", features), perFrame: listed("perFrame", features), key: settingsKey });
    this.viewport = new Viewport();
    this.renderer = new Renderer(this.stage, this.viewport, this.store);
    this.strokes = new Strokes(this.store, tools, this.renderer);
    this.dialogs = new Dialogs(document, this.queueUrl, { keys: this.bindings, texts: this.texts });
    this.tabs = new Tabs(document.querySelector(".ed-tabs"));
    this.statusLine = new StatusLine(document, this.store, this.viewport);
    this.pointer = new Pointer(this.stage, { ...this, onHover: (point) => this.#hover(point) });
    this.actions = makeActions({ ...this, work: this.#work() });
    for (const feature of features) Object.assign(this.actions, feature.actions?.(this));
    this.controls = new Controls(document, this.store, (action) => this.act(action), this.bindings);
    this.renderer.hudPainter = (context, viewport) => this.#paintHud(context, viewport);
    this.#listen();
    for (const feature of features) feature.mount?.(this);
  }

  /** Do what a key or a button stands for. */
  act(name) {
    this.actions[name]?.();
  }

  async start() {
    this.journal = await Journal.open().catch(() => null);
    this.controls.show();
    await this.open(this.data.assignment);
  }

  /** Go to a frame without loading the page anew. */
  async open(assignment) {
    document.body.dataset.state = "loading";
    this.session?.close();
    const { api, frames, journal, store, dialogs } = this;
    const kind = this.data.kinds.find(({ name }) => name === assignment.kind);
    this.session = new this.Session({ api, frames, journal, store, dialogs, kind, busy: () => this.strokes.busy });
    try {
      await this.session.open(assignment);
    } catch (error) {
      if (!error.kind) throw error;
      await dialogs.refused(error.message);
    }
    document.body.dataset.state = "ready";
  }

  #listen() {
    const { store, renderer } = this;
    store.on("open", (doc) => this.#opened(doc));
    store.on("change", (change) => this.session.changed(change));
    for (const topic of ["change", "redraw"]) store.on(topic, (change) => renderer.invalidate(change.rect));
    store.on("settings", () => {
      document.body.dataset.view = store.settings.view;
      renderer.invalidateAll();
    });
    store.on("view", () => this.statusLine.showZoom());
    observeDevicePixels(this.stage, (width, height) => this.#resize(width, height));
    addEventListener("keydown", (event) => this.#keyDown(event));
    addEventListener("keyup", (event) => event.code === "Space" && this.pointer.holdSpace(false));
    addEventListener("blur", () => this.pointer.holdSpace(false));
    // Leaving, coming back from signing in elsewhere, the network's return: each is a moment to save.
    for (const type of ["online", "focus"]) addEventListener(type, () => this.session?.save());
    document.addEventListener("visibilitychange", () => this.session?.save());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
    for (const type of ["pointerdown", "pointermove", "keydown", "wheel"]) {
      addEventListener(type, () => this.session?.activity?.sign(), { passive: true });
    }
  }

  #opened(doc) {
    this.strokes.cancel();
    this.viewport.setImage(doc.width, doc.height);
    this.renderer.invalidateAll();
    this.statusLine.showZoom();
  }

  #resize(width, height) {
    this.viewport.setScreen(width, height);
    this.renderer.resize(width, height);
    this.statusLine.showZoom();
  }

  #keyDown(event) {
    if (this.dialogs.anyOpen || isTyping(event.target)) return;
    // With Ctrl or Alt a key is the editor's, wherever the focus is: Ctrl+Enter submits from the panel, too.
    if (!event.ctrlKey && !event.metaKey && !event.altKey && isForControl(event.target, event.code)) return;
    if (event.code === "Space") {
      event.preventDefault();
      this.pointer.holdSpace(true);
      return;
    }
    const action = this.bindings.actionOf(event);
    if (!action) return;
    event.preventDefault();
    if (!event.repeat || this.repeating.has(action)) this.act(action);
  }

  #hover(point) {
    this.hover = point;
    this.store.emit("hover", point);
    this.statusLine.showPointer(point);
    this.statusLine.showZoom();
    this.renderer.invalidateHud();
  }

  #paintHud(context, viewport) {
    const { settings, doc } = this.store;
    const stroke = this.strokes.current;
    this.strokes.tool.hud?.(context, viewport, { settings, stroke, hover: this.hover, doc, editor: this });
  }

  /** Actions that leave the frame or ask the server. */
  #work() {
    const leave = (step) => () => this.#leave(step);
    return {
      save: () => this.session.save(),
      submit: leave((session) => session.submit()),
      later: leave((session) => session.later()),
      skip: leave((session) => this.#skip(session)),
      backups: () => this.#backups(),
      entropy: () => this.#entropy(),
    };
  }

  async #skip(session) {
    const answer = await this.dialogs.skip();
    return answer && session.skip(answer.reason, answer.note);
  }

  /** Finish with this frame, then go to the next one or, when there is none, to the queue. */
  async #leave(step) {
    if (this.leaving || !this.store.doc || this.store.doc.readOnly) return;
    this.leaving = true;
    this.strokes.settle();
    try {
      const done = await step(this.session);
      if (done?.next) await this.#goTo(done.next);
      else if (done) location.assign(this.queueUrl);
    } catch (error) {
      if (!error.kind) throw error;
      this.dialogs.notice(error.message);
    } finally {
      this.leaving = false;
    }
  }

  async #goTo(assignment) {
    await this.open(assignment);
    history.replaceState(null, "", this.session.assignment.urls.page);
  }

  async #backups() {
    const work = await this.dialogs.backups(await this.session.backups());
    if (work) await this.session.takeBackup(work);
  }

  async #entropy() {
    if (!this.store.doc?.assignment.draft?.entropy_url) return;
    await this.session.loadEntropy();
    this.store.set({ entropy: !this.store.settings.entropy });
  }
}

function mergedTexts(own, brought) {
  const groups = new Set([...Object.keys(own), ...Object.keys(brought)]);
  return Object.fromEntries([...groups].map((group) => [group, { ...own[group], ...brought[group] }]));
}

/** Call back with an element's size in device pixels, now and whenever it changes. */
function observeDevicePixels(element, changed) {
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width * devicePixelRatio);
    const height = Math.round(entry.contentRect.height * devicePixelRatio);
    const exact = entry.devicePixelContentBoxSize?.[0];
    // The browser's own figure knows how it snaps boxes to pixels, but not about an emulated screen.
    if (exact && Math.abs(exact.inlineSize - width) <= 1) changed(exact.inlineSize, exact.blockSize);
    else changed(width, height);
  });
  try {
    observer.observe(element, { box: "device-pixel-content-box" });
  } catch {
    observer.observe(element);
  }
}

/** What the template left in the page. */
export function pageData() {
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const csrf = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  return { assignment: read("editor-assignment"), kinds: read("editor-kinds"), csrf };
}
