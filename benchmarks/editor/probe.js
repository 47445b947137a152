/**
 * Times what a page does with pointer events, from outside: wrapped listeners and animation frames, so that any site is
 * measured by the same rule. Runs before the page's own scripts.
 *
 * An entry is one pointer event: `work` is the time in its listeners plus the time in the animation frame that
 * follows; `painted` the time from its first listener to the end of that frame's rendering on the main thread (style,
 * layout, paint). All in milliseconds, at the browser's resolution of 0.1.
 */
(() => {
  const TYPES = new Set(["pointerdown", "pointermove", "pointerup", "mousedown", "mousemove", "mouseup"]);
  const probe = { entries: [], tasks: [], waiting: [], current: null };
  globalThis.__probe = probe;

  probe.reset = () => {
    probe.entries = [];
    probe.tasks = [];
  };

  const stamp = (event) => Math.round(event.timeStamp * 10);

  /** The pointer event and the mouse event that repeats it count as one. */
  function entryOf(event) {
    const kind = event.type.replace(/^mouse|^pointer/, "");
    const { current } = probe;
    if (current && current.stamp === stamp(event) && current.kind === kind) return current;
    const merged = event.getCoalescedEvents?.().length || 1;
    probe.current = { kind, stamp: stamp(event), start: performance.now(), work: 0, merged, frame: 0, painted: null };
    probe.entries.push(probe.current);
    probe.waiting.push(probe.current);
    return probe.current;
  }

  const wrapped = new WeakMap();

  function wrap(listener) {
    if (!wrapped.has(listener)) {
      wrapped.set(listener, function (event) {
        const entry = event.isTrusted ? entryOf(event) : null;
        const start = performance.now();
        try {
          return typeof listener === "function" ? listener.call(this, event) : listener.handleEvent(event);
        } finally {
          if (entry) entry.work += performance.now() - start;
        }
      });
    }
    return wrapped.get(listener);
  }

  const { addEventListener: add, removeEventListener: remove } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    return add.call(this, type, listener && TYPES.has(type) ? wrap(listener) : listener, options);
  };
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    return remove.call(this, type, (listener && TYPES.has(type) && wrapped.get(listener)) || listener, options);
  };

  /** Frames: all callbacks of one frame get the same time. */
  const request = globalThis.requestAnimationFrame;
  let frame = null;
  globalThis.requestAnimationFrame = (callback) =>
    request.call(globalThis, (time) => {
      if (frame?.time !== time) frame = { time, waiting: probe.waiting.splice(0), port: afterFrame() };
      const own = frame;
      own.port(own.waiting);
      const start = performance.now();
      try {
        return callback(time);
      } finally {
        const spent = performance.now() - start;
        for (const entry of own.waiting) {
          entry.work += spent;
          entry.frame += spent;
        }
      }
    });

  /** A message posted in a frame arrives after that frame's rendering. */
  function afterFrame() {
    let posted = false;
    return (waiting) => {
      if (posted) return;
      posted = true;
      const channel = new MessageChannel();
      channel.port1.onmessage = () => {
        const now = performance.now();
        for (const entry of waiting) entry.painted = now - entry.start;
        channel.port1.close();
      };
      channel.port2.postMessage(0);
    };
  }

  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) probe.tasks.push({ start: startTime, duration });
  }).observe({ type: "longtask" });
})();
