/** What keys and buttons do, by name. */

const OPACITY_STEP = 0.1;

/**
 * @param {{store: object, viewport: object, renderer: object, strokes: object, pointer: object, dialogs: object,
 *   work: object}} parts work: {save, submit, later, skip, backups, entropy}
 * @returns {Record<string, () => void>}
 */
export function makeActions({ store, viewport, renderer, strokes, pointer, dialogs, work }) {
  const { settings } = store;
  const tool = (name) => () => store.set({ tool: name });
  const zoom = (change) => () => {
    change();
    renderer.invalidateAll();
    store.emit("view");
  };
  const view = (name) => () => {
    if (store.doc?.draft) store.set({ view: settings.view === name ? "labels" : name, visible: true });
  };
  const opacity = (by) => () => store.set({ opacity: Math.min(1, Math.max(0.1, round(settings.opacity + by))) });
  const redo = () => strokes.redo();
  return {
    "tool.brush": tool("brush"),
    "tool.eraser": tool("eraser"),
    "tool.lasso": tool("lasso"),
    "tool.bucket": tool("bucket"),
    "bucket.by": () => store.set({ tool: "bucket", fillBy: settings.fillBy === "color" ? "labels" : "color" }),
    "size.down": () => store.set(stepped(settings, -1)),
    "size.up": () => store.set(stepped(settings, 1)),
    "edit.undo": () => strokes.undo(),
    "edit.redo": redo,
    "edit.redo2": redo,
    "view.zoomIn": zoom(() => viewport.zoomStep(1)),
    "view.zoomOut": zoom(() => viewport.zoomStep(-1)),
    "view.fit": zoom(() => viewport.fit()),
    "view.actual": zoom(() => viewport.zoomTo(1)),
    "view.labels": () => store.set({ visible: !settings.visible }),
    "view.difference": view("difference"),
    "view.draft": view("draft"),
    "view.entropy": () => work.entropy(),
    "view.fainter": opacity(-OPACITY_STEP),
    "view.stronger": opacity(OPACITY_STEP),
    "work.save": () => work.save(),
    "work.submit": () => work.submit(),
    "work.later": () => work.later(),
    "work.skip": () => work.skip(),
    "work.backups": () => work.backups(),
    "help": () => dialogs.help(),
    "cancel": () => pointer.abort(),
  };
}

/** The bucket's tolerance or the brush's size, one step on; larger brushes take larger steps. */
export function stepped(settings, direction) {
  if (settings.tool === "bucket") {
    return { tolerance: Math.min(255, Math.max(0, settings.tolerance + 4 * direction)) };
  }
  const by = Math.max(1, Math.floor((settings.size - (direction < 0 ? 1 : 0)) / 8));
  return { size: Math.min(400, Math.max(1, settings.size + by * direction)) };
}

function round(number) {
  return Math.round(number * 100) / 100;
}
