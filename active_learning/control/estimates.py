"""What the control picks tell: whether the strategy's picks differ from random frames, and how good drafts are.

Pure NumPy. Selections differ in model and pool, so arms are compared within each: control picks weigh so that both arms
have the same share in every selection. Frames of a cut are alike, so cuts are drawn with all their picks. The interval
is Student's over the bootstrap's standard error, with the control arm's cuts less one as degrees of freedom: of two
arms that differ by chance only, percentiles called up to 19 % decided where control picks are few, this at most 7 %.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from modeling.comparing import measure_of

DRAWS, LEVEL = 1000, 0.95
LEAST_CUTS = 3
"""Cuts that the control arm must span before an interval is told."""

Floats = NDArray[np.float64]
Figure = Callable[[Floats], Floats]
"""From (..., S) pooled sums to (...) figures, NaN where undefined."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """K picks whose labels are accepted.

    Args:
        control: (K,) bool.
        selections: (K,) int, the selection that each is of.
        rounds: (K,) int, number of the round that it was picked for.
        cuts: (K,) int.
        counts: (K, C, C) pixels by label (rows) and draft; NaN where there was no draft.
        seconds: (K,) of active work, NaN where none was logged.
        weights: (K,) how many frames each stands for, 1 as under even sampling; NaN where its chance is unknown.
    """

    control: NDArray[np.bool_]
    selections: NDArray[np.int64]
    rounds: NDArray[np.int64]
    cuts: NDArray[np.int64]
    counts: Floats
    seconds: Floats
    weights: Floats

    def __len__(self) -> int:
        return len(self.control)

    @property
    def wrong(self) -> Floats:
        """(K,) share of each frame's counted pixels that the draft has wrong, NaN without a draft or such pixels."""
        total = self.counts.sum((-1, -2))
        with np.errstate(divide="ignore", invalid="ignore"):
            return 1 - np.trace(self.counts, axis1=-2, axis2=-1) / total

    def where(self, rows: NDArray[np.bool_]) -> Outcomes:
        """Some of them."""
        return Outcomes(*(getattr(self, one.name)[rows] for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure of either arm and their difference, the strategy's less the control's; None where unknown.

    ``interval`` is of the difference at 95 %. ``picks`` and ``controls`` are how many frames it is from.
    """

    strategy: float | None
    control: float | None
    interval: tuple[float, float] | None
    picks: int
    controls: int

    @property
    def difference(self) -> float | None:
        """The strategy's less the control's."""
        return None if self.strategy is None or self.control is None else self.strategy - self.control

    @property
    def verdict(self) -> str:
        """``more`` or ``less`` where the interval lies on one side of zero, else ``undecided``."""
        if self.interval is None or self.interval[0] <= 0 <= self.interval[1]:
            return "undecided"
        return "more" if self.interval[0] > 0 else "less"


@dataclass(frozen=True, slots=True)
class Level:
    """A figure of some frames, its 95 % interval if the cuts are enough, and of how many frames and cuts it is."""

    value: float | None
    interval: tuple[float, float] | None
    frames: int
    cuts: int


def draft_quality(outcomes: Outcomes, headline: str) -> Estimate:
    """The task's headline metric of drafts against accepted labels, pooled over pixels: less means more was wrong."""
    rows = outcomes.where(_drafted(outcomes))
    return _compared(rows, _flat(rows), _headline(headline, rows))


def wrong_pixels(outcomes: Outcomes) -> Estimate:
    """Mean share of a frame's pixels that the draft had wrong."""
    rows = outcomes.where(~np.isnan(outcomes.wrong))
    return _compared(rows, np.stack([rows.wrong, np.ones(len(rows))], 1), _ratio)


def seconds_a_frame(outcomes: Outcomes) -> Estimate:
    """Mean seconds of active work a frame."""
    rows = outcomes.where(~np.isnan(outcomes.seconds))
    return _compared(rows, np.stack([rows.seconds, np.ones(len(rows))], 1), _ratio)


def mended_an_hour(outcomes: Outcomes) -> Estimate:
    """Wrong pixels that an hour of work mended, in frames: 1 is as many as a whole frame has."""
    rows = outcomes.where(~np.isnan(outcomes.wrong) & ~np.isnan(outcomes.seconds))
    return _compared(rows, np.stack([rows.wrong, rows.seconds / 3600], 1), _ratio)


def pool_quality(outcomes: Outcomes, headline: str) -> Level:
    """The headline metric of drafts in the pool, by picks that had a known chance, each by the frames it stands for.

    Pixel counts weighed by one over a pick's chance are unbiased for the frames that picks were drawn from (Horvitz
    and Thompson 1952); a metric is their ratio. Control picks all weigh the same. Picks in which nothing was left to
    chance, such as the highest entropies, stand for nobody but themselves and are left out.

    Args:
        outcomes: Of one round, so of one model.
        headline: Name of the metric.
    """
    rows = outcomes.where(_drafted(outcomes) & ~np.isnan(outcomes.weights))
    if not len(rows):
        return Level(None, None, 0, 0)
    figure = _headline(headline, rows)
    by_cut = _by_cut(rows.cuts, rows.weights[:, None] * _flat(rows))
    value, cuts = float(figure(by_cut.sum(0))), len(by_cut)
    interval = _interval(value, figure(_drawn(by_cut)), cuts)
    inside = interval and (max(0.0, interval[0]), min(1.0, interval[1]))
    return Level(_known(value), inside, len(rows), cuts)


def _drafted(outcomes: Outcomes) -> NDArray[np.bool_]:
    return np.asarray(~np.isnan(outcomes.counts).any((-1, -2)))


def _flat(outcomes: Outcomes) -> Floats:
    return outcomes.counts.reshape(len(outcomes), outcomes.counts[0].size if len(outcomes) else 0)


def _headline(headline: str, outcomes: Outcomes) -> Figure:
    measure, shape = measure_of(headline), outcomes.counts.shape[1:]

    def figure(sums: Floats) -> Floats:
        # Nothing drawn is nothing known, where the metric of an empty frame would be 1.
        return np.where(sums.sum(-1) > 0, measure(sums.reshape(*sums.shape[:-1], *shape)), np.nan)

    return figure


def _ratio(sums: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[..., 1] > 0, sums[..., 0] / sums[..., 1], np.nan)


def _compared(outcomes: Outcomes, sums: Floats, figure: Figure) -> Estimate:
    """Compare both arms in the selections that have both, by (K, S) sums."""
    weights = arm_weights(outcomes.control, outcomes.selections)
    rows = weights > 0
    control, cuts, sums = outcomes.control[rows], outcomes.cuts[rows], (weights[:, None] * sums)[rows]
    picks, controls = int((~control).sum()), int(control.sum())
    if not picks or not controls:
        return Estimate(None, None, None, picks, controls)
    arms = np.zeros((len(control), 2, sums.shape[1]))
    arms[np.arange(len(control)), control.astype(int)] = sums
    by_cut = _by_cut(cuts, arms)
    ours, theirs = (float(value) for value in figure(by_cut.sum(0)))
    drawn = figure(_drawn(by_cut))
    interval = _interval(ours - theirs, drawn[:, 0] - drawn[:, 1], len(np.unique(cuts[control])))
    return Estimate(_known(ours), _known(theirs), interval, picks, controls)


def arm_weights(control: NDArray[np.bool_], selections: NDArray[np.int64]) -> Floats:
    """(K,) 1 for the strategy's picks, and for control picks what gives their selection the share it has among those.

    0 in selections without either arm. In two of 4 and 8 picks with 2 control picks each these weigh 2 / 3 and 4 / 3.
    """
    _, of = np.unique(selections, return_inverse=True)
    picks, controls = np.bincount(of, ~control), np.bincount(of, control)
    both = (picks > 0) & (controls > 0)
    if not both.any():
        return np.zeros(len(control))
    shares = np.divide(picks, controls, out=np.zeros(len(picks)), where=both)
    shares *= controls[both].sum() / picks[both].sum()
    return np.where(control, shares[of], both[of].astype(np.float64))


def _by_cut(cuts: NDArray[np.int64], sums: Floats) -> Floats:
    """(G, ...) sums of each cut."""
    names, of = np.unique(cuts, return_inverse=True)
    total = np.zeros((len(names), *sums.shape[1:]))
    np.add.at(total, of, sums)
    return total


def _drawn(by_cut: Floats) -> Floats:
    """(draws, ...) sums over as many cuts as there are, with replacement."""
    groups = len(by_cut)
    times = np.random.default_rng(0).multinomial(groups, np.full(groups, 1 / groups), DRAWS)
    return np.tensordot(times.astype(np.float64), by_cut, 1)


def _interval(value: float, drawn: Floats, cuts: int) -> tuple[float, float] | None:
    """Student's interval around a value of which ``drawn`` (draws,) are bootstrapped; None from too few cuts."""
    known = drawn[np.isfinite(drawn)]
    if cuts < LEAST_CUTS or not np.isfinite(value) or len(known) < 2:
        return None
    error = float(known.std(ddof=1)) * np.sqrt(cuts / (cuts - 1))
    margin = float(stats.t.ppf((1 + LEVEL) / 2, cuts - 1)) * error
    return float(value - margin), float(value + margin)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else value
