"""Classes: a confusion, and what is read from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.metrics import (
    Counts,
    confusion,
    frame_row,
    iou,
    mean_iou_in_truth,
    per_class,
    pixel_accuracy,
)


@dataclass(frozen=True, slots=True)
class ClassCounting:
    """Counts are (C, C) int64 pixels, rows the true class.

    ``binary`` where class 1 is a foreground before class 0: a frame's row then tells how much is falsely in it.
    """

    classes: tuple[str, ...]
    name: str
    binary: bool

    def counts(self, truth: NDArray[Any], prediction: NDArray[Any]) -> Counts:
        """The confusion of one frame; 255 in the truth counts nowhere."""
        return confusion(truth, prediction, len(self.classes))

    def headline(self, counts: Counts) -> float | None:
        """IoU of the foreground, or the mean IoU of the classes that the truth holds."""
        return iou(counts) if self.name == "iou" else mean_iou_in_truth(counts, self.classes)[0]

    def wrong(self, counts: Counts) -> float:
        """Share of counted pixels that are wrong."""
        right = pixel_accuracy(counts)
        return 0.0 if right is None else 1 - right

    def figures(self, counts: Counts) -> dict[str, Any]:
        """``mean_iou`` over the classes of the truth (docs/adr/0008), the confusion, and a row a class."""
        average, absent = mean_iou_in_truth(counts, self.classes)
        return {
            "mean_iou": average,
            "absent_classes": absent,
            "pixel_accuracy": pixel_accuracy(counts),
            "confusion": counts.tolist(),
            "per_class": per_class(counts, self.classes),
        }

    def row(self, counts: Counts) -> dict[str, float | None]:
        """IoU and shares of false and missed pixels, or mean IoU and accuracy."""
        if self.binary:
            return frame_row(counts)
        return {"mean_iou": self.headline(counts), "pixel_accuracy": pixel_accuracy(counts)}

    def zeros(self) -> Counts:
        """(C, C) zeros."""
        return np.zeros((len(self.classes),) * 2, np.int64)
