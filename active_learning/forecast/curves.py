"""Many curves that may lie behind a few rounds: a parametric bootstrap of the power law."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from active_learning.forecast.power_law import fit_many

Floats = NDArray[np.float64]

FEWEST = 4
"""Rounds below which three parameters leave nothing to tell how far off the curve is."""
DRAWS = 1000
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Curves:
    """Curves that the rounds allow.

    Attributes:
        law: (3,) a, b and c of the curve through the rounds.
        laws: (D, 3) the same of each drawn curve.
        scatter: (D,) standard deviation of rounds around it.
        noise: (D,) standard normal, how a round to come lies off its curve.
        best: No quality lies higher.
    """

    law: Floats
    laws: Floats
    scatter: Floats
    noise: Floats
    best: float

    def at(self, frames: Floats, level: float = LEVEL) -> Floats:
        """(3, M) low end, middle and high end of what rounds at (M,) ``frames`` will be measured at.

        The interval holds what is measured, scatter and all, in 0 to ``best``.
        """
        drawn = _value(self.laws[:, None], frames[None]) + (self.scatter * self.noise)[:, None]
        ends = [(1 - level) / 2, 0.5, (1 + level) / 2]
        found: Floats = np.quantile(np.clip(drawn, 0.0, self.best), ends, axis=0)
        return found

    def until(self, target: float) -> Floats:
        """(D,) frames at which each drawn curve, without scatter, comes to ``target``; inf where it never does."""
        a, b, c = self.laws.T
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            frames = (b / (a - target)) ** (1 / c)
        return np.where(a > target, frames, np.inf)


def curves_through(
    frames: Floats, quality: Floats, rng: np.random.Generator, best: float = 1.0, draws: int = DRAWS
) -> Curves | None:
    """Curves that may lie behind what was measured.

    The law is fitted, its residuals say how far rounds scatter (by a chi-square of K - 3 degrees of freedom, so that
    few rounds say little), and curves are fitted to rounds drawn from it.

    Args:
        frames: (K,) labelled frames of each round, above zero.
        quality: (K,) what it was measured at, 0 to ``best``.
        rng: Chance.
        best: No quality lies higher.
        draws: How many.

    Returns:
        None below `FEWEST` rounds, or where fewer than three differ in frames.
    """
    if len(frames) < FEWEST or len(np.unique(frames)) < 3:
        return None
    (law,) = fit_many(frames, quality[None], best)
    fitted = _value(law, frames)
    off = float(((quality - fitted) ** 2).sum())
    scatter = np.sqrt(off / rng.chisquare(len(frames) - 3, draws))
    drawn = fitted + scatter[:, None] * rng.standard_normal((draws, len(frames)))
    return Curves(law, fit_many(frames, drawn, best), scatter, rng.standard_normal(draws), best)


def _value(laws: Floats, frames: Floats) -> Floats:
    value: Floats = laws[..., 0] - laws[..., 1] * frames ** -laws[..., 2]
    return value
