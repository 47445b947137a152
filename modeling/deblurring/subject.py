"""The subject of ``deblur``: a frame, blurred, and the frame itself as what is true."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from modeling.deblurring.blurs import blurred
from modeling.labels import IGNORE
from modeling.pictures.subjects import Drawn, Pixels, TruePicture
from modeling.snapshots import FrameRow, Snapshot

SHARP = 0.1
"""Share of training examples that are not blurred: what is sharp is to stay."""


@dataclass(frozen=True)
class Sharp:
    """Pairs of a blurred and a sharp frame. ``strength`` is the longest motion in px (`modeling.deblurring.blurs`)."""

    strength: float = 9.0

    def layers(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> Pixels:
        """(H, W, 0): nothing goes along."""
        return rgb[..., :0]

    def pair(self, image: Pixels, cel: Pixels, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
        """The crop blurred, at times not, and as it was; what a label ignores does not count."""
        rgb = np.ascontiguousarray(image[..., :3])
        shown = rgb if rng.random() < SHARP else blurred(rgb, self.strength, rng)
        counted = np.where(cel == IGNORE, np.uint8(0), np.uint8(255))
        return shown, np.dstack([rgb, counted])

    def asked(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> tuple[Pixels, Drawn]:
        """The frame under a blur that follows from its key."""
        rng = np.random.default_rng(zlib.crc32(row.key.encode()))
        return blurred(rgb, self.strength, rng), {}

    def truth(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> TruePicture:
        """The frame itself, all of it."""
        return TruePicture(rgb, np.ones(rgb.shape[:2], bool), self.asked(snapshot, row, rgb)[0])

    def seen(self, rgb: Pixels, drawn: Drawn) -> Pixels:
        """The picture as it is."""
        return rgb

    def best(self, made: Pixels, drawn: Drawn) -> int | None:
        """It makes one picture."""
        return None

    def finished(self, made: Pixels, rgb: Pixels, drawn: Drawn) -> Pixels | None:
        """Nothing is done to it."""
        return None
