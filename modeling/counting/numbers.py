"""Numbers: sums of errors, as `modeling.depth.metrics` adds them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.depth.metrics import RAW, SHAPE, depth_counts, figures_of


@dataclass(frozen=True, slots=True)
class NumberCounting:
    """Counts are `SHAPE` float64 sums; ``name`` is the headline's among the figures of the numbers as predicted."""

    name: str

    def counts(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.float64]:
        """Sums of one frame; 0 in the truth counts nowhere."""
        return depth_counts(truth, prediction)

    def headline(self, counts: NDArray[Any]) -> float | None:
        """The figure of that name, without alignment."""
        return figures_of(counts[RAW])[self.name]

    def wrong(self, counts: NDArray[Any]) -> float:
        """Mean absolute error."""
        return figures_of(counts[RAW])["mae"] or 0.0

    def figures(self, counts: NDArray[Any]) -> dict[str, Any]:
        """There are no classes to speak of; the task's evaluation tells the rest."""
        names = ("mean_iou", "pixel_accuracy", "confusion")
        return {**dict.fromkeys(names), "absent_classes": [], "per_class": []}

    def row(self, counts: NDArray[Any]) -> dict[str, float | None]:
        """The headline and the mean absolute error."""
        found = figures_of(counts[RAW])
        return {name: found[name] for name in (self.name, "mae")}

    def zeros(self) -> NDArray[np.float64]:
        """Sums of nothing."""
        return np.zeros(SHAPE)
