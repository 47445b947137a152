"""What a task that makes pictures learns of labelled frames, as `modeling.tasks.TaskParams.subject` names it.

There is no stored label of what it makes: both what the network is shown and what is true follow from a frame and from
the labels that it has (docs/adr/0010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from modeling.snapshots import FrameRow, Snapshot

Pixels = NDArray[np.uint8]
Drawn = Mapping[str, NDArray[Any]]
"""(H, W) what people drew of a frame, by label kind."""


@dataclass(frozen=True, slots=True)
class TruePicture:
    """What a model should have made of a frame.

    Attributes:
        rgb: (H, W, 3) uint8 sRGB.
        counted: (H, W) bool: which pixels are judged.
        shown: (H, W, 3) uint8: what there was to begin with, for people and to compare with.
        segments: (H, W) int32 segments from 0, -1 where there is none; None where a picture has no segments.
        others: (H, W, 3) uint8 further pictures of the frame that are judged beside what is made, by name.
    """

    rgb: Pixels
    counted: NDArray[np.bool_]
    shown: Pixels
    segments: NDArray[np.int32] | None = None
    others: Mapping[str, Pixels] = field(default_factory=dict)


class Subject(Protocol):
    """One way of making pairs of what is shown and what is true."""

    def layers(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> Pixels:
        """(H, W, K) uint8 that goes through cropping behind the frame's (H, W, 3); K may be 0."""

    def pair(self, image: Pixels, cel: Pixels, rng: np.random.Generator) -> tuple[Pixels, Pixels]:
        """What the network is shown and what is true, of a crop after all other augmentation.

        Args:
            image: (H, W, 3 + K) uint8: the frame, and its `layers` behind.
            cel: (H, W) uint8: 1 cel, 0 not, 255 unknown.
            rng: Of what is chosen at random.

        Returns:
            (H, W, C) uint8 with the channels of the task's way, and (H, W, 4) uint8: RGB, and 255 where it counts.
        """

    def asked(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> tuple[Pixels, Drawn]:
        """The (H, W, 3) picture and the drawings from which a held-out frame is to be made; always the same ones."""

    def truth(self, snapshot: Snapshot, row: FrameRow, rgb: Pixels) -> TruePicture:
        """What is true of a row's (H, W, 3) frame."""

    def seen(self, rgb: Pixels, drawn: Drawn) -> Pixels:
        """(H, W, C) uint8: what the network is shown of any (H, W, 3) picture with what is drawn of it."""

    def best(self, made: Pixels, drawn: Drawn) -> int | None:
        """Which of (P, h, w, 3) proposals is most like what the drawings hint at, None where they hint at nothing."""

    def finished(self, made: Pixels, rgb: Pixels, drawn: Drawn) -> Pixels | None:
        """The (H, W, 3) picture ``made`` as people get it, None where nothing is done to it."""
