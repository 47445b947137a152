"""What may be removed, and removing it so that nothing in use is lost.

Apps bring a module ``cleanup`` whose functions under :func:`provider` yield what is left over; revisions and
what they name never are.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.module_loading import autodiscover_modules

GRACE_SECONDS = 24 * 60 * 60


@dataclass(frozen=True)
class Leftover:
    """One file or folder nobody needs.

    Args:
        what: Its kind in words, such as ``stale upload``; leftovers are summed by it.
        path: File or folder; it may be gone by now.
        still: Asked at the last moment whether it may really go.
        remove: Removes it (rows first); by default the path is deleted.
    """

    what: str
    path: Path
    still: Callable[[], bool] = field(default=lambda: True, repr=False)
    remove: Callable[[], None] | None = field(default=None, repr=False)

    def size(self) -> int:
        """Bytes it occupies."""
        if self.path.is_dir():
            return sum(file.lstat().st_size for file in self.path.rglob("*") if file.is_file())
        return self.path.lstat().st_size if self.path.exists() else 0


Provider = Callable[[], Iterator[Leftover]]
_PROVIDERS: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Register a function that yields leftovers."""
    _PROVIDERS.append(function)
    return function


def leftovers() -> Iterator[Leftover]:
    """Yield everything that any app calls left over."""
    autodiscover_modules("cleanup", "blob_cleanup")
    for find in list(_PROVIDERS):
        yield from find()


def remove(leftover: Leftover) -> int:
    """Remove it if it is still left over; return the bytes freed (0 when it stayed)."""
    if not leftover.still():
        return 0
    size = leftover.size()
    if leftover.remove is not None:
        leftover.remove()
    elif leftover.path.is_dir():
        shutil.rmtree(leftover.path, ignore_errors=True)
    else:
        leftover.path.unlink(missing_ok=True)
    return 0 if leftover.path.exists() else size


def is_old(path: Path, *, seconds: float = GRACE_SECONDS) -> bool:
    """Whether the path is there and was last written (or stored again) more than ``seconds`` ago."""
    try:
        return time.time() - path.lstat().st_mtime > seconds
    except FileNotFoundError:
        return False
