"""A folder of pictures beside the labelled frames: backgrounds without cel, textures (Kugler 2020, section 4.2)."""

from __future__ import annotations

import logging
from pathlib import Path

from modeling.errors import UserError
from modeling.images import IMAGE_SUFFIXES, RGB, read_rgb, within_long_side
from modeling.training.memory import Memory

CACHE_BYTES = 1 << 28
"""Most memory a folder's pictures take."""

log = logging.getLogger(__name__)


class PictureFolder:
    """All pictures in a folder and those below it, by path, read when they are asked for. Thread-safe.

    A file that cannot be read is named once in the log and left out: the next that can be read stands for it, so
    that the picture at an index does not depend on what was asked for before, and a resumed run sees the same ones.

    Args:
        folder: Where they lie.
        side: Longest side in px that is kept, larger pictures are reduced; 0 keeps all as they are.
        cache_bytes: Most memory to keep.

    Raises:
        UserError: ``no_pictures``.
    """

    def __init__(self, folder: str | Path, side: int = 0, cache_bytes: int = CACHE_BYTES) -> None:
        self.folder, self.side = Path(folder), side
        paths = sorted(self.folder.rglob("*"), key=lambda path: path.relative_to(self.folder).as_posix())
        self.files = [path for path in paths if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()]
        if not self.files:
            raise self._nothing()
        self.left_out: dict[Path, str] = {}
        self._memory: Memory[RGB] = Memory(cache_bytes, lambda rgb: rgb.nbytes)

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> RGB:
        """(h, w, 3) uint8 picture at ``index``, or the next that can be read.

        Raises:
            UserError: ``no_pictures`` if none can be.
        """
        for turn in range(len(self)):
            path = self.files[(index + turn) % len(self)]
            if path not in self.left_out:
                try:
                    return self._memory.get(path, lambda path=path: self._read(path))  # type: ignore[misc]
                except UserError as error:
                    self._leave_out(path, error)
        raise self._nothing()

    def _read(self, path: Path) -> RGB:
        rgb = read_rgb(path)
        return within_long_side(rgb, self.side) if self.side else rgb

    def _leave_out(self, path: Path, error: UserError) -> None:
        if self.left_out.setdefault(path, str(error)) == str(error):
            log.warning("Left out: %s", error)

    def _nothing(self) -> UserError:
        return UserError(
            f"{self.folder} holds no picture that can be read.",
            code="no_pictures",
            remedy="Name a folder of PNG, JPEG or WebP files.",
        )
