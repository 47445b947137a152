"""How sure a simulated figure is: over the seeds, and over the held-out cuts.

Seeds and cuts are crossed, every seed being judged on the same cuts. Bands and single figures are bootstrapped over
both at once (Owen 2007, "The pigeonhole bootstrap"). A difference of two strategies is paired in seed and cut; its
standard error adds those over seeds and over cuts, and its interval is Student's with Satterthwaite's degrees of
freedom, because a bootstrap of five seeds is too narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from active_learning.simulation.curves import Floats

LEVEL = 0.95
POWER = 0.8
DRAWS = 1000
ROUNDING = 1e-12
"""Differences below which two qualities are the same."""


def cut_times(cuts: int, draws: int = DRAWS, seed: int = 0) -> NDArray[np.int64]:
    """(draws, cuts) how often each cut is in each draw of as many cuts with replacement."""
    picks = np.random.default_rng((seed, 0)).integers(cuts, size=(draws, cuts))
    return (picks[:, :, None] == np.arange(cuts)).sum(1)


def seed_picks(seeds: int, draws: int = DRAWS, seed: int = 0) -> NDArray[np.int64]:
    """(draws, seeds) which seeds each draw takes, with replacement."""
    return np.random.default_rng((seed, 1)).integers(seeds, size=(draws, seeds))


def over_cuts(counts: NDArray[np.int64], times: NDArray[np.int64], quality: Callable[..., Floats]) -> Floats:
    """(draws, S, R) quality of (S, R, cuts, C, C) counts pooled over the cuts of each draw."""
    return np.stack(
        [quality(np.tensordot(of_seed, times, ([1], [1])).transpose(3, 0, 1, 2)) for of_seed in counts], 1
    )


def over_seeds(drawn: Floats, picks: NDArray[np.int64]) -> Floats:
    """(draws, ...) mean over the picked seeds of (draws, S, ...) values."""
    return np.stack([values[taken].mean(0) for values, taken in zip(drawn, picks, strict=True)])


def percentiles(drawn: Floats, level: float = LEVEL) -> list[float] | None:
    """Bounds of the middle ``level`` of (draws,) values, which may be infinite; None where one is no number."""
    if not len(drawn) or np.isnan(drawn).any():
        return None
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], method="nearest")
    return [float(low), float(high)]


@dataclass(frozen=True, slots=True)
class Error:
    """Standard error of a mean over seeds and cuts, and its degrees of freedom.

    Attributes:
        seeds: Its part over seeds.
        cuts: Its part over cuts; 0 where there are fewer than two.
        freedom: After Satterthwaite 1946.
    """

    seeds: float
    cuts: float
    freedom: float

    @property
    def whole(self) -> float:
        """Both parts together."""
        return float(np.hypot(self.seeds, self.cuts))

    @property
    def margin(self) -> float:
        """Half the 95 % interval."""
        return float(stats.t.ppf((1 + LEVEL) / 2, self.freedom)) * self.whole

    @property
    def resolvable(self) -> float:
        """Smallest true effect that is found with a chance of 80 % by the two-sided test at 5 % (Bloom 1995)."""
        reach = stats.t.ppf((1 + LEVEL) / 2, self.freedom) + stats.t.ppf(POWER, self.freedom)
        return float(reach) * self.whole


def error_of(values: Floats, drawn: Floats, cuts: int) -> Error | None:
    """Standard error of the mean of (S,) values, of which ``drawn`` (draws, S) is over cuts; None below two seeds."""
    if len(values) < 2:
        return None
    of_seeds = float(values.std(ddof=1) / np.sqrt(len(values)))
    of_cuts = float(drawn.mean(1).std(ddof=1)) if cuts > 1 else 0.0
    return Error(of_seeds, of_cuts, _freedom(of_seeds, of_cuts, len(values), cuts))


def _freedom(of_seeds: float, of_cuts: float, seeds: int, cuts: int) -> float:
    a, b = of_seeds**2, of_cuts**2
    if a + b == 0:
        return float(seeds - 1)
    return (a + b) ** 2 / (a**2 / (seeds - 1) + b**2 / max(1, cuts - 1))


def difference(
    ours: Floats, theirs: Floats, drawn_ours: Floats, drawn_theirs: Floats, cuts: int
) -> dict[str, Any]:
    """A paired difference: ``mean``, 95 % ``interval``, ``resolvable`` effect, ``verdict`` and what they are from.

    ``verdict`` is ``better`` or ``worse`` where the interval lies on one side of zero, else ``undecided``.

    Args:
        ours: (S,) values by seed.
        theirs: (S,) values of the other by the same seeds.
        drawn_ours: (draws, S) the same over draws of cuts.
        drawn_theirs: Of the other, over the same draws.
        cuts: How many cuts there are.
    """
    each = np.where(np.abs(ours - theirs) < ROUNDING, 0.0, ours - theirs)
    found: dict[str, Any] = {"mean": float(each.mean()), "values": each.tolist()}
    error = error_of(each, drawn_ours - drawn_theirs, cuts)
    if error is None:
        nothing = ("interval", "interval_over_seeds", "error_seeds", "error_cuts", "resolvable")
        return {**found, **dict.fromkeys(nothing), "verdict": "undecided"}
    interval = _around(found["mean"], error)
    return {
        **found,
        "interval": interval,
        "interval_over_seeds": _around(found["mean"], Error(error.seeds, 0.0, len(each) - 1)),
        "error_seeds": error.seeds,
        "error_cuts": error.cuts,
        "resolvable": error.resolvable,
        "verdict": _verdict(interval),
    }


def _around(mean: float, error: Error) -> list[float]:
    return [mean - error.margin, mean + error.margin]


def _verdict(interval: list[float]) -> str:
    if not np.isfinite(interval).all() or interval[0] <= 0 <= interval[1]:
        return "undecided"
    return "better" if interval[0] > 0 else "worse"


def penalties(values: list[Floats]) -> Floats:
    """(A, A) share of rounds in which strategy i beats j: a paired t-test at 5 % a round (Ash et al. 2020, section 5).

    Args:
        values: Of each strategy (S, R) qualities by seed and round, or with rows of NaN where it lacks a seed.
    """
    matrix = np.zeros((len(values), len(values)))
    for i, ours in enumerate(values):
        for j, theirs in enumerate(values):
            matrix[i, j] = 0.0 if i == j else _beaten(ours - theirs)
    return matrix


def _beaten(each: Floats) -> float:
    """Share of the columns of (S, R) differences that are above zero."""
    each = each[~np.isnan(each).any(1)]
    seeds = len(each)
    if seeds < 2 or not each.shape[1]:
        return 0.0
    mean, error = each.mean(0), each.std(0, ddof=1) / np.sqrt(seeds)
    return float((mean > stats.t.ppf((1 + LEVEL) / 2, seeds - 1) * error).mean())
