"""Being told to stop: SIGTERM, or the pipe from the worker that started us closing."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

EXIT_STOPPED = 75
"""Exit code of a training that was told to stop and can be resumed (EX_TEMPFAIL)."""


class Stopped(Exception):
    """Training was told to stop; its checkpoint is written."""


class StopFlag:
    """Set once by whoever wants the training to end."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.reason = ""

    def set(self, reason: str) -> None:
        """Ask to stop, for the first reason given."""
        self.reason = self.reason or reason
        self._event.set()

    @property
    def is_set(self) -> bool:
        """Whether anybody asked."""
        return self._event.is_set()

    def check(self) -> None:
        """Raise `Stopped` when asked to stop."""
        if self.is_set:
            raise Stopped(self.reason)


@contextmanager
def listening(flag: StopFlag, *, watch_stdin: bool) -> Iterator[None]:
    """Set the flag on SIGTERM and, with ``watch_stdin``, when standard input closes. Main thread only."""
    if watch_stdin:
        threading.Thread(target=_wait_for_end_of_stdin, args=(flag,), daemon=True).start()
    previous = signal.signal(signal.SIGTERM, lambda number, frame: flag.set("SIGTERM"))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)


def _wait_for_end_of_stdin(flag: StopFlag) -> None:
    # os.read and not sys.stdin.read: a thread inside a buffered reader would abort the interpreter's exit
    while os.read(sys.stdin.fileno(), 4096):
        pass
    flag.set("the pipe from the worker closed")
