"""Two models on the same held-out frames: differences of pooled figures with paired intervals over cuts.

Frames of one cut are near-duplicates, so cuts are what is drawn, with all their frames, and both models are given the
same draws: what a cut does to both of them cancels. A difference is the new figure less the old one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from modeling.depth.metrics import COLUMNS, RAW
from modeling.metrics import Counts, Interval
from modeling.pictures.metrics import COLUMNS as OF_PICTURES

MIN_CUTS = 3
"""With fewer cuts there is no interval: two can be drawn in three ways only."""
FEW_CUTS = 10
"""Below so many cuts an interval is said to be too narrow: percentiles of few groups are."""
DRAWS = 1000
LEVEL = 0.95

Figures = NDArray[np.float64]
Measure = Callable[[NDArray[np.number]], Figures]
"""From (..., C, C) confusions to (...) figures in 0..1, NaN where undefined."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """The same frames judged twice: the cut of each, and (N, C, C) int64 confusions by the old and the new model.

    Of a task of numbers these are (N, 3, 7) float64 sums (`modeling.depth.metrics`).
    """

    cuts: Sequence[str]
    old: Counts
    new: Counts


@dataclass(frozen=True, slots=True)
class Difference:
    """A pooled figure of both models, and new less old; None where the truth has nothing of it.

    ``old_interval`` and ``new_interval`` are of the figures, ``interval`` is of the difference, paired; None with
    fewer than `MIN_CUTS` cuts.
    """

    name: str
    old: float | None
    new: float | None
    old_interval: Interval | None = None
    new_interval: Interval | None = None
    interval: Interval | None = None

    @property
    def value(self) -> float | None:
        """New less old."""
        return None if self.old is None or self.new is None else self.new - self.old

    @property
    def may_lose(self) -> bool:
        """Whether a loss cannot be excluded: the interval reaches below zero, or there is none."""
        return self.interval is None or self.interval.low < 0

    @property
    def loses(self) -> bool:
        """Whether the whole interval lies below zero."""
        return self.interval is not None and self.interval.high < 0

    @property
    def gains(self) -> bool:
        """Whether the whole interval lies above zero."""
        return self.interval is not None and self.interval.low > 0


@dataclass(frozen=True, slots=True)
class Compared:
    """Differences of the headline metric and of each class's IoU, over so many frames and cuts."""

    headline: Difference
    classes: tuple[Difference, ...]
    frames: int
    cuts: int


def class_ious(counts: NDArray[np.number]) -> Figures:
    """(..., C, C) confusions to (..., C) IoU, NaN for a class that the truth does not hold."""
    true, predicted = counts.sum(-1), counts.sum(-2)
    hit = np.diagonal(counts, axis1=-2, axis2=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(true > 0, hit / (true + predicted - hit), np.nan)


def foreground_iou(counts: NDArray[np.number]) -> Figures:
    """(..., 2, 2) to the IoU of class 1, as `modeling.metrics.iou`: 1 where it is neither true nor predicted."""
    hit = counts[..., 1, 1]
    union = counts[..., 1, :].sum(-1) + counts[..., :, 1].sum(-1) - hit
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(union > 0, hit / union, 1.0)


def mean_iou_in_truth(counts: NDArray[np.number]) -> Figures:
    """(..., C, C) to the mean IoU of the classes that the truth holds, NaN where it holds none."""
    ious = class_ious(counts)
    present = ~np.isnan(ious)
    with np.errstate(invalid="ignore"):
        return np.where(present, ious, 0).sum(-1) / np.where(present.any(-1), present.sum(-1), np.nan)


def share_within(counts: NDArray[np.number]) -> Figures:
    """(..., 3, 7) counts of depth to the share within 1.25 of the truth as predicted, NaN where nothing is known."""
    pixels, hits = counts[..., RAW, 0], counts[..., RAW, COLUMNS.index("within_1_25")]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(pixels > 0, hits / pixels, np.nan)


def segments_right(counts: NDArray[np.number]) -> Figures:
    """(..., 1, 7) counts of pictures to the share of segments whose colour is right, NaN where there are none."""
    return _quotient(counts, "right", "segments")


def mean_similarity(counts: NDArray[np.number]) -> Figures:
    """(..., 1, 7) counts of pictures to their mean SSIM, NaN where no pixel counts."""
    return _quotient(counts, "structure", "pixels")


def _quotient(counts: NDArray[np.number], part: str, whole: str) -> Figures:
    over, under = (counts[..., 0, OF_PICTURES.index(name)] for name in (part, whole))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, np.nan)


MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        "iou": foreground_iou,
        "mean_iou": mean_iou_in_truth,
        "within_1_25": share_within,
        "segments_right": segments_right,
        "ssim": mean_similarity,
    }
)
"""Measures by the name of a headline."""
WITHOUT_CLASSES = frozenset({"within_1_25", "segments_right", "ssim"})
"""Those of them that are no metrics of classes: what is wrong is what they leave of 1."""


def measure_of(headline: str) -> Measure:
    """The measure that a task's ``headline`` names."""
    return MEASURES[headline]


def compare(pairs: Pairs, classes: Sequence[str], headline: str, *, seed: int = 0) -> Compared:
    """Compare two models on frames that both have judged.

    Args:
        pairs: At least one frame.
        classes: Names of the C classes.
        headline: Name of the metric that judges the task.
        seed: Of the draws of cuts.
    """
    names, of_cut = np.unique(np.asarray(pairs.cuts), return_inverse=True)
    both = np.stack([pairs.old, pairs.new], axis=1)  # (N, 2, C, C)
    by_cut = np.zeros((len(names), *both.shape[1:]), both.dtype)
    np.add.at(by_cut, of_cut, both)
    drawn = _draw(by_cut, seed) if len(names) >= MIN_CUTS else None
    pooled = by_cut.sum(0)
    ious = class_ious(pooled) if classes else None
    drawn_ious = class_ious(drawn) if drawn is not None and classes else None
    measure = measure_of(headline)
    return Compared(
        headline=_difference(headline, measure(pooled), None if drawn is None else measure(drawn)),
        classes=tuple(
            _difference(name, ious[:, cls], None if drawn_ious is None else drawn_ious[..., cls])
            for cls, name in enumerate(classes)
            if ious is not None
        ),
        frames=len(both),
        cuts=len(names),
    )


def frame_figures(counts: Counts, headline: str) -> Figures:
    """(N,) headline metric of each frame by itself, NaN where it is undefined."""
    return measure_of(headline)(counts)


def wrong_shares(counts: Counts, headline: str = "iou") -> Figures:
    """(N,) share of each frame's counted pixels that are wrong, else 1 less the headline; 0 where nothing counts."""
    if headline in WITHOUT_CLASSES:
        return np.nan_to_num(1 - measure_of(headline)(counts))
    total = counts.sum((-1, -2))
    right = np.trace(counts, axis1=-2, axis2=-1)
    return np.where(total > 0, 1 - right / np.maximum(total, 1), 0.0)


def _draw(by_cut: Counts, seed: int) -> NDArray[np.float64]:
    """(draws, 2, C, C) pooled counts of as many cuts as there are, with replacement; float64 holds them exactly."""
    groups = len(by_cut)
    picks = np.random.default_rng(seed).integers(groups, size=(DRAWS, groups))
    # How often each cut was drawn: a product with the counts then pools all draws at once.
    times = np.stack([np.bincount(pick, minlength=groups) for pick in picks]).astype(np.float64)
    return np.tensordot(times, by_cut.astype(np.float64), 1)


def _difference(name: str, pooled: Figures, drawn: Figures | None) -> Difference:
    """Of (2,) figures, old and new, and (draws, 2) drawn ones."""
    old, new = (None if np.isnan(value) else float(value) for value in pooled)
    if drawn is None or old is None:
        return Difference(name, old, new)
    return Difference(
        name, old, new, _interval(drawn[:, 0]), _interval(drawn[:, 1]), _interval(drawn[:, 1] - drawn[:, 0])
    )


def _interval(values: Figures) -> Interval | None:
    """Percentiles of what was drawn; draws that hold nothing of a class are left out."""
    known = values[~np.isnan(values)]
    if not len(known):
        return None
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high))
