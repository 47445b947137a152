"""What a measure of quality is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Direction = Literal["above", "below"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number about a frame by which one may leave it out.

    ``compute`` takes (H, W, 3) uint8 sRGB at native size, bars taken off. ``low`` and ``high`` are the ends of the axis
    it is shown on; what lies beyond ``high``, where it is ``open_ended``, is shown at the end.
    A frame is poor ``above`` or ``below`` the threshold, which is compared inclusively.
    """

    name: str
    title: str
    text: str
    unit: str
    direction: Direction
    threshold: float
    low: float
    high: float
    compute: Callable[[NDArray[np.uint8]], float]
    open_ended: bool = False

    def poor(self, values: NDArray[np.floating], threshold: float) -> NDArray[np.bool_]:
        """(N,) bool: which of (N,) values lie at or beyond the threshold. What was not measured is not poor."""
        with np.errstate(invalid="ignore"):
            return values >= threshold if self.direction == "above" else values <= threshold
