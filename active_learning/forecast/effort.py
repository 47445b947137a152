"""From frames to the minutes of people and devices that they take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from active_learning.forecast.curves import LEVEL

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Range:
    """An interval and its middle; inf where that lies beyond what can be reached."""

    low: float
    middle: float
    high: float


def range_of(drawn: Floats, level: float = LEVEL) -> Range:
    """The interval and the middle of (D,) drawn values, inf among them."""
    # Order statistics: between a number and inf nothing can be interpolated.
    ends = np.quantile(drawn, [(1 - level) / 2, 0.5, (1 + level) / 2], method="higher")
    return Range(*map(float, ends))


def minutes_a_frame(frames: Floats, minutes: Floats, rng: np.random.Generator, draws: int) -> Floats | None:
    """(D,) minutes that a frame takes, by rounds drawn with replacement.

    Args:
        frames: (K,) frames that each round added, 0 or more.
        minutes: (K,) what it took.
        rng: Chance.
        draws: How many.

    Returns:
        None where no round added a frame, or none took any time.
    """
    rounds = np.flatnonzero(frames > 0)
    if not minutes[rounds].sum():
        return None
    picked = rng.choice(rounds, (draws, len(rounds)))
    found: Floats = minutes[picked].sum(1) / frames[picked].sum(1)
    return found
