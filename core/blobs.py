"""The blob store: files named by their SHA-256, written before the row that names them."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

from core.paths import data_path

_CHUNK = 1 << 20


def blob_path(sha256: str) -> Path:
    """Return where the blob of that hash lies, whether or not it is there."""
    return data_path("blobs", sha256[:2], sha256)


def blob_exists(sha256: str) -> bool:
    """Whether the blob is stored."""
    return bool(sha256) and blob_path(sha256).is_file()


def put_bytes(data: bytes) -> str:
    """Store bytes (fsync, rename) and return their SHA-256. Storing twice is storing once."""
    sha256 = hashlib.sha256(data).hexdigest()
    if not _freshen(blob_path(sha256)):
        with _staged(blob_path(sha256)) as file:
            file.write(data)
    return sha256


def put_file(path: Path) -> str:
    """Store a copy of a file, read in pieces, and return its SHA-256."""
    sha256 = hash_file(path)
    if not _freshen(blob_path(sha256)):
        with path.open("rb") as source, _staged(blob_path(sha256)) as file:
            shutil.copyfileobj(source, file, _CHUNK)
    return sha256


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _freshen(path: Path) -> bool:
    """Touch a blob that is there, so that cleanup's one-day grace counts from its newest use."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


class _staged:
    """A temporary file beside ``path`` that becomes it, durably, when the block ends well."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> BinaryIO:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, self.name = tempfile.mkstemp(dir=self.path.parent, prefix=".staged-")
        self.file = os.fdopen(handle, "wb")
        return self.file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.file.close()
            Path(self.name).unlink(missing_ok=True)
            return
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()
        Path(self.name).replace(self.path)
