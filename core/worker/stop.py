"""Turns SIGTERM, Ctrl-C and the death of the parent into one event."""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
from collections.abc import Callable

_GRACE_SECONDS = 90.0


class Stop:
    """``event`` is set at the first SIGTERM or SIGINT, and at the end of stdin where that is the parent's
    pipe.

    A second signal, or work that goes on for more than 90 s, ends the process at once: its lease runs out and
    another worker resumes. Signal handlers only write to a pipe, since setting an event in one may deadlock.

    Args:
        watch_stdin: Whether the end of stdin is a signal too.
        on_force: Called before the process is ended by force.
    """

    def __init__(self, *, watch_stdin: bool = False, on_force: Callable[[], None] = lambda: None) -> None:
        self.event = threading.Event()
        self._on_force = on_force
        self._read, self._write = os.pipe()
        self._watched = [self._read, *([sys.stdin.fileno()] if watch_stdin else [])]

    def install(self) -> None:
        """Take over the signals; call it in the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: os.write(self._write, b"."))
        threading.Thread(target=self._watch, name="stop", daemon=True).start()

    def _watch(self) -> None:
        self._wait(None)
        self.event.set()
        self._wait(_GRACE_SECONDS)
        self._on_force()
        os._exit(1)

    def _wait(self, timeout: float | None) -> None:
        """Wait for a signal or, once, the end of stdin; or for the time to run out."""
        while True:
            ready, _, _ = select.select(self._watched, [], [], timeout)
            if not ready:
                return
            if self._read in ready:
                os.read(self._read, 1)
                return
            if not os.read(ready[0], 4096):
                self._watched.remove(ready[0])
                return
