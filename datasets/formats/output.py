"""The folder that an export is written to: every file has its hash from the moment it is there."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray


class Written(NamedTuple):
    """A file: its path in the folder, SHA-256 (hex) and length in bytes."""

    file: str
    sha256: str
    size: int


class Output:
    """Where a format's files go. All of them become visible whole; `taken` says which came since it was asked last.

    Args:
        folder: Exists.
        link: Hard-link files of the snapshot instead of copying them; for folders that nobody edits.
    """

    def __init__(self, folder: Path, *, link: bool = False) -> None:
        self.folder, self._link = folder, link
        self._written: list[Written] = []

    def taken(self) -> list[Written]:
        """Files written since the last call."""
        written, self._written = self._written, []
        return written

    def place(self, source: Path, file: str, sha256: str) -> None:
        """Put a file of the snapshot, whose hash is known, at ``file``."""
        goal = self._goal(file)
        goal.unlink(missing_ok=True)
        place(source, goal, self._link)
        self._written.append(Written(file, sha256, goal.stat().st_size))

    def write(self, file: str, data: bytes | str) -> None:
        """Write bytes, or text as UTF-8."""
        with self.stream(file) as stream:
            stream.write(data.encode() if isinstance(data, str) else data)

    def write_png(self, file: str, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> None:
        """Write (H, W) grey or (H, W, 3 or 4) RGB(A) pixels as PNG."""
        from modeling.images import encode_grey, encode_png, encode_rgba

        encode: Callable[[Any], bytes] = encode_grey
        if pixels.ndim == 3:
            encode = encode_rgba if pixels.shape[2] == 4 else encode_png
        self.write(file, encode(pixels))

    @contextmanager
    def stream(self, file: str) -> Iterator[BinaryIO]:
        """Yield a stream to a file that may be larger than memory; it can only be written on, never sought."""
        goal = self._goal(file)
        part = goal.with_name(f".{goal.name}.part")
        with part.open("wb") as raw:
            hashed = _Hashed(raw)
            yield hashed  # type: ignore[misc]
        part.replace(goal)
        self._written.append(Written(file, hashed.sha256.hexdigest(), goal.stat().st_size))

    def _goal(self, file: str) -> Path:
        goal = self.folder / file
        goal.parent.mkdir(parents=True, exist_ok=True)
        return goal


class _Hashed:
    """A stream that hashes what goes through it."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw, self.sha256, self._at = raw, hashlib.sha256(), 0
        self.mode, self.closed = "wb", False

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        self._at += len(data)
        return self._raw.write(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._raw.flush()

    def close(self) -> None:
        """The stream is closed by whoever opened it."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


def place(source: Path, goal: Path, link: bool) -> None:
    """Put a file at ``goal``: a hard link where allowed and possible, else a copy."""
    goal.parent.mkdir(parents=True, exist_ok=True)
    if link:
        try:
            os.link(source, goal)
            return
        except OSError:  # another file system, or one without links
            pass
    shutil.copyfile(source, goal)
