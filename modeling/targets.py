"""What a task's predictions are held against and kept as: a label of its kind, or a picture (torch-free)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from modeling.images import encode_png, read_rgb
from modeling.labelio import encode_label, read_label
from modeling.labels import KINDS, LabelKind
from modeling.runs import publish

if TYPE_CHECKING:
    from modeling.pictures.subjects import Subject, TruePicture
    from modeling.snapshots import FrameRow, Snapshot
    from modeling.tasks import Task

Made = NDArray[Any]
"""(H, W) stored values of a label map, or (H, W, 3) uint8 of a picture."""


class Target(Protocol):
    """One form of what is learned."""

    def truth(self, snapshot: Snapshot, row: FrameRow, rgb: NDArray[np.uint8]) -> Any:
        """What is true of a row's (H, W, 3) uint8 frame: `LabelKind.truth_of` it, or a `TruePicture`."""

    def prediction(self, made: Made) -> Made:
        """What is held against the truth, of what a model makes."""

    def encode(self, made: Made) -> bytes:
        """A PNG of what a model makes."""

    def read(self, file: Path) -> Made:
        """What such a file holds."""


@dataclass(frozen=True, slots=True)
class LabelTarget:
    """Labels of a kind."""

    kind: LabelKind

    def truth(self, snapshot: Snapshot, row: FrameRow, rgb: NDArray[np.uint8]) -> NDArray[Any]:
        """The row's label."""
        return snapshot.truth(row, self.kind.name)

    def prediction(self, made: Made) -> Made:
        """Classes or numbers."""
        return self.kind.truth_of(made)

    def encode(self, made: Made) -> bytes:
        """As label files are."""
        return encode_label(made, self.kind)

    def read(self, file: Path) -> Made:
        """A label file's stored values."""
        return read_label(file, self.kind)


@dataclass(frozen=True, slots=True)
class PictureTarget:
    """Pictures that a subject knows the truth of."""

    subject: Subject

    def truth(self, snapshot: Snapshot, row: FrameRow, rgb: NDArray[np.uint8]) -> TruePicture:
        """As the subject says."""
        return self.subject.truth(snapshot, row, rgb)

    def prediction(self, made: Made) -> Made:
        """The picture itself."""
        return made

    def encode(self, made: Made) -> bytes:
        """Losslessly."""
        return encode_png(made)

    def read(self, file: Path) -> Made:
        """The (H, W, 3) picture in it."""
        return read_rgb(file)


def target_of(task: Task, params: Mapping[str, Any] | None = None) -> Target:
    """How a task's predictions are kept and judged under its raw parameters."""
    subject = task.parse(dict(params or {})).subject
    return PictureTarget(subject) if subject is not None else LabelTarget(KINDS[task.kind])


def write_made(path: Path, made: Made, target: Target) -> None:
    """Publish a PNG of what a model makes."""
    publish(path, target.encode(made))
