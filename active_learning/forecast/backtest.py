"""Forecasts that could have been made, against what came."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from active_learning.forecast.curves import FEWEST, LEVEL, curves_through

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """One round as the rounds before it foretold it, and as it came. ``index`` counts rounds from 0."""

    index: int
    low: float
    middle: float
    high: float
    truth: float

    @property
    def inside(self) -> bool:
        """Whether the interval held it."""
        return self.low <= self.truth <= self.high


def backtest(
    frames: Floats, quality: Floats, rng: np.random.Generator, best: float = 1.0, level: float = LEVEL
) -> list[Trial]:
    """Foretell each round from those before it, where there are enough.

    Args:
        frames: (K,) labelled frames of each round, in the order of the rounds.
        quality: (K,) what it was measured at.
        rng: Chance.
        best: No quality lies higher.
        level: Of the intervals.
    """
    trials = []
    for index in range(FEWEST, len(frames)):
        curves = curves_through(frames[:index], quality[:index], rng, best)
        if curves is not None:
            low, middle, high = curves.at(frames[index : index + 1], level)[:, 0].tolist()
            trials.append(Trial(index, low, middle, high, float(quality[index])))
    return trials
