"""Processes of ours that do one piece of long work: told to end by a pipe that closes, their last words kept."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

PATIENCE_SECONDS = 60.0
"""How long one that is told to stop may take to write its checkpoint."""
TAIL = 4096
"""Bytes at the end of a log in which the last line is looked for."""


class Child:
    """A process under way, which ends when its standard input closes (`modeling.training.signals.listening`).

    Args:
        words: Its command line.
        log: File to which what it says on standard error is appended.
        threads: CPU threads that libraries beside PyTorch keep to, too; None leaves that to them.
    """

    def __init__(self, words: list[str], log: Path, threads: int | None = None) -> None:
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        self._stream = log.open("ab")
        self._start = self._stream.tell()
        self._process = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._stream,
            env={**os.environ, **({} if threads is None else {"OMP_NUM_THREADS": str(threads)})},
            start_new_session=True,  # Ctrl-C is ours: they are told by the pipe, and end with a checkpoint
        )

    def poll(self) -> int | None:
        """Its exit code once it has ended, else None."""
        code = self._process.poll()
        if code is not None:
            self.stop()
            self._stream.close()
        return code

    def stop(self) -> None:
        """Ask it to write a checkpoint and end: it watches this pipe."""
        if self._process.stdin:
            with suppress(OSError):
                self._process.stdin.close()

    def wait(self) -> None:
        """Wait for its end; what does not end in time is killed, and goes on from its last checkpoint."""
        try:
            self._process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stream.close()

    def last_words(self, code: int) -> str:
        """Why it ended: its error's line, else the last it said, else the signal that killed it."""
        said = tail_of(self.log, self._start).decode("utf-8", "replace").split("\n")
        lines = [line.strip() for line in said if line.strip()]
        errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
        if code < 0:
            return f"killed by signal {-code}"
        return (errors or lines or [f"ended with code {code}"])[-1]


def tail_of(path: Path, start: int = 0) -> bytes:
    """The last bytes of a file, none from before ``start``; nothing where there is no file."""
    try:
        with path.open("rb") as stream:
            stream.seek(max(start, path.stat().st_size - TAIL))
            return bytes(stream.read())
    except FileNotFoundError:
        return b""
