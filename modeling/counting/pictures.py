"""Pictures: sums of errors and segments, as `modeling.pictures.metrics` adds them up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.pictures.metrics import SHAPE, Counts, figures_of, picture_counts
from modeling.pictures.subjects import TruePicture


@dataclass(frozen=True, slots=True)
class PictureCounting:
    """Counts are `SHAPE` float64 sums; ``name`` is the headline's among their figures."""

    name: str

    def counts(self, truth: TruePicture, prediction: NDArray[Any]) -> Counts:
        """Sums of one frame's (H, W, 3) uint8 picture."""
        return picture_counts(truth, prediction)

    def headline(self, counts: Counts) -> float | None:
        """The figure of that name."""
        return figures_of(counts)[self.name]

    def wrong(self, counts: Counts) -> float:
        """One less the headline, so that what is worst is what people look for; 0 where nothing counts."""
        found = self.headline(counts)
        return 0.0 if found is None else float(np.clip(1 - found, 0, 1))

    def figures(self, counts: Counts) -> dict[str, Any]:
        """There are no classes to speak of; the task's evaluation tells the rest."""
        names = ("mean_iou", "pixel_accuracy", "confusion")
        return {**dict.fromkeys(names), "absent_classes": [], "per_class": []}

    def row(self, counts: Counts) -> dict[str, float | None]:
        """The headline, and the peak signal-to-noise ratio in dB."""
        found = figures_of(counts)
        return {name: found[name] for name in (self.name, "psnr")}

    def zeros(self) -> Counts:
        """Sums of nothing."""
        return np.zeros(SHAPE)
