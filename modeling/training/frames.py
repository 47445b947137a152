"""The labelled frames of a training in memory, each with what of it may be cut out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.images import RGB, read_rgb, resize_long_side
from modeling.labels import IGNORE
from modeling.pictures.subjects import Subject
from modeling.snapshots import FrameRow, Snapshot
from modeling.training.augmentation import Example, kept, without_cel
from modeling.training.masks import Masks
from modeling.training.memory import Memory

CACHE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of a frame's pixels: that are ``cel``, and that are ``kept`` when it is cut out (`Example.kept`)."""

    cel: float
    kept: float

    @property
    def whole(self) -> bool:
        """Whether the cel tells figure from background: not where something is drawn, but on no cel."""
        return bool(self.cel) or not self.kept


class Frames:
    """Labelled frames at working size, decoded once and kept while ``cache_bytes`` last. Thread-safe.

    Args:
        snapshot: Where they lie.
        rows: Which of its frames.
        kind: Label kind of the target.
        side: Longest side in pixels that is kept; larger frames are reduced, labels by nearest. 0 keeps all as is.
        cache_bytes: Most memory to keep.
        masks: What frames are brought together with; None where the cel itself is learned.
        subject: How pictures are made of them, where that is learned; its layers lie behind the frame's channels.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        rows: Sequence[FrameRow],
        kind: str,
        side: int,
        cache_bytes: int = CACHE_BYTES,
        masks: Masks | None = None,
        subject: Subject | None = None,
    ) -> None:
        self.snapshot, self.rows, self.kind, self.side = snapshot, rows, kind, side
        self.masks, self.subject = masks, subject
        self.memory: Memory[Example] = Memory(cache_bytes, _bytes)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Example:
        """The frame at ``index``, as the network is shown it."""
        return self.memory.get(("frame", index), lambda: self._read(self.rows[index]))

    def pair(self, index: int, seed: int = 0) -> tuple[Tensor, Tensor]:
        """The whole frame at ``index`` as `paired` has it, always the same way."""
        return paired(self[index], self.subject, np.random.default_rng((seed, index)))

    def plate(self, index: int) -> Example:
        """The frame at ``index`` with its cel painted out, its classes all background."""
        return self.memory.get(("plate", index), lambda: without_cel(self[index]))

    def background(self, rgb: RGB) -> Example:
        """A picture of no cel at all, (H, W, 3) uint8, as the network is shown it; its classes all background."""
        empty = np.zeros(rgb.shape[:2], np.uint8)
        seen = rgb if self.masks is None else self.masks.way.compose(rgb, empty)
        classes = torch.from_numpy(empty)[None]
        cel = classes if self.masks is None else classes.clone()
        return Example(torch.from_numpy(seen).permute(2, 0, 1), classes, cel)

    @property
    def shows_backgrounds(self) -> bool:
        """Whether the network is shown what lies behind the cel."""
        return self.masks is None or not self.masks.way.removes

    def shares(self, index: int) -> Shares | None:
        """How much of the frame is cel, without reading its picture; None where that is unknown everywhere."""
        row = self.rows[index]
        cel = self._truth(row) if self.masks is None else self.masks.cut(row)
        if cel is None or bool((cel == IGNORE).all()):
            return None
        classes = cel if self.masks is None else self._truth(row)
        return Shares(float((cel == 1).mean()), float(kept(classes, cel).mean()))

    def _read(self, row: FrameRow) -> Example:
        rgb = read_rgb(self.snapshot.path(row.file))
        seen = rgb if self.masks is None else self.masks.seen(row, rgb)
        if self.subject is not None:
            seen = np.dstack([seen, self.subject.layers(self.snapshot, row, rgb)])
        if self.side and max(seen.shape) > self.side:
            seen = resize_long_side(seen, self.side)
        size = seen.shape[1::-1]
        classes = _fitted(self._truth(row), size)
        cel = classes
        if self.masks is not None:
            cut = self.masks.cut(row)
            unknown = torch.full_like(classes, IGNORE, dtype=torch.uint8)
            cel = unknown if cut is None else _fitted(cut, size)
        return Example(torch.from_numpy(seen).permute(2, 0, 1), classes, cel)

    def _truth(self, row: FrameRow) -> NDArray[Any]:
        return self.snapshot.truth(row, self.kind)


def paired(example: Example, subject: Subject | None, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """What a network is shown of an example, (C, H, W) uint8, and what it is to learn of it.

    The latter is (1, H, W) classes or numbers, or the (1, 4, H, W) uint8 picture that the subject makes.
    """
    if subject is None:
        return example.image, example.classes
    image, cel = example.image.permute(1, 2, 0).numpy(), example.cel[0].numpy()
    shown, true = (torch.from_numpy(part).permute(2, 0, 1) for part in subject.pair(image, cel, rng))
    return shown, true[None]


def _fitted(classes: NDArray[Any], size: tuple[int, ...]) -> Tensor:
    """(1, h, w) of (H, W) classes or numbers, by nearest where (width, height) differ."""
    if classes.shape[1::-1] != size:
        reduced = cv2.resize(classes, size, interpolation=cv2.INTER_NEAREST_EXACT)
        classes = reduced.astype(classes.dtype, copy=False)
    return torch.from_numpy(classes)[None]


def _bytes(example: Example) -> int:
    """What it takes in memory, a part that serves twice counted once."""
    return sum(part.nbytes for part in {id(part): part for part in example}.values())
