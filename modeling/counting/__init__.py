"""How a prediction is held against its truth: counts that add up over frames, and the figures of a report (torch-free).

Which way a task counts follows from what it learns: classes are counted in a confusion, numbers and pictures in sums of
errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from modeling.tasks import Task

Counts = NDArray[Any]
"""Of a frame; of one shape for all frames of a task, and additive."""


class Counting(Protocol):
    """One way to count. Truth and prediction are (H, W), as `modeling.labels.LabelKind.truth_of` gives them.

    Of pictures they are a `modeling.pictures.subjects.TruePicture` and (H, W, 3) uint8.
    """

    def counts(self, truth: Any, prediction: NDArray[Any]) -> Counts:
        """Of one frame; what does not count in ``truth`` is left out."""

    def headline(self, counts: Counts) -> float | None:
        """The task's headline metric in 0..1, larger is better; None where it is undefined."""

    def wrong(self, counts: Counts) -> float:
        """How wrong, in 0..1: the share of wrong pixels, or the mean error; 0 where nothing counts."""

    def figures(self, counts: Counts) -> dict[str, Any]:
        """What a report says of pooled counts beside the headline."""

    def row(self, counts: Counts) -> dict[str, float | None]:
        """What a report says of one frame, its headline metric by name among it."""

    def zeros(self) -> Counts:
        """Counts of no frame."""


def counting_of(task: Task) -> Counting:
    """How a task's predictions are counted."""
    from modeling.counting.classes import ClassCounting
    from modeling.counting.numbers import NumberCounting
    from modeling.counting.pictures import PictureCounting

    if task.picture:
        return PictureCounting(task.headline)
    if task.scalar:
        return NumberCounting(task.headline)
    return ClassCounting(task.classes, task.headline, binary=task.channels == 1)


def pooled(counting: Counting, counts: list[Counts]) -> Counts:
    """The counts of several frames together."""
    return np.sum(counts, axis=0) if counts else counting.zeros()
