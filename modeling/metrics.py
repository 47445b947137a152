"""Metrics from counts of pixels at frame size; 255 in the truth counts nowhere (design.md, section 4)."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from modeling.labels import IGNORE

Counts = NDArray[np.int64]
T = TypeVar("T")


def confusion(truth: NDArray[np.uint8], prediction: NDArray[np.uint8], classes: int) -> Counts:
    """(classes, classes) int64 pixel counts, rows the true class, columns the predicted one.

    Args:
        truth: (H, W) classes, 255 ignored.
        prediction: (H, W) classes.
        classes: Number of classes.
    """
    counted = truth != IGNORE
    pairs = truth[counted].astype(np.int64) * classes + prediction[counted]
    return np.bincount(pairs, minlength=classes * classes).reshape(classes, classes)


def iou(counts: Counts, cls: int = 1) -> float:
    """Intersection over union of one class; 1 where the class is neither in truth nor in prediction."""
    hit = counts[cls, cls]
    union = counts[cls].sum() + counts[:, cls].sum() - hit
    return float(hit / union) if union else 1.0


def pixel_accuracy(counts: Counts) -> float | None:
    """Share of counted pixels that are right, None without any."""
    total = counts.sum()
    return float(np.trace(counts) / total) if total else None


def _share(part: np.int64, whole: np.int64) -> float | None:
    return float(part / whole) if whole else None


def per_class(counts: Counts, names: Sequence[str]) -> list[dict[str, object]]:
    """One row a class: ``name``, ``iou``, ``precision``, ``recall`` (None if undefined), true ``pixels``."""
    rows: list[dict[str, object]] = []
    for cls, name in enumerate(names):
        true, predicted, hit = counts[cls].sum(), counts[:, cls].sum(), counts[cls, cls]
        rows.append(
            {
                "name": name,
                "iou": iou(counts, cls) if true or predicted else None,
                "precision": _share(hit, predicted),
                "recall": _share(hit, true),
                "pixels": int(true),
            }
        )
    return rows


def mean_iou(counts: Counts, names: Sequence[str]) -> tuple[float | None, list[str]]:
    """Mean IoU over the classes present in truth or prediction, and the names of the absent ones."""
    values = {row["name"]: row["iou"] for row in per_class(counts, names)}
    present = [value for value in values.values() if isinstance(value, float)]
    absent = [str(name) for name, value in values.items() if value is None]
    return (float(np.mean(present)) if present else None), absent


def mean_iou_in_truth(counts: Counts, names: Sequence[str]) -> tuple[float | None, list[str]]:
    """Mean IoU over the classes that the truth holds, and the names of those it does not hold.

    Beside `mean_iou`, a class that was only predicted does not enter with an IoU of 0; its pixels still cost the
    classes they were taken from.
    """
    rows = per_class(counts, names)
    present = [float(str(row["iou"])) for row in rows if row["pixels"]]
    absent = [str(row["name"]) for row in rows if not row["pixels"]]
    return (float(np.mean(present)) if present else None), absent


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a bootstrapped interval."""

    low: float
    high: float


def iou_interval(
    counts: Sequence[Counts], cuts: Sequence[str], *, seed: int = 0, draws: int = 1000, level: float = 0.95
) -> Interval | None:
    """Bootstrap the pooled foreground IoU over cuts, which are drawn with all their frames.

    Args:
        counts: Confusion of each frame.
        cuts: Cut of each frame.
        seed: Of the draws.
        draws: How many.
        level: Mass of the interval.

    Returns:
        The interval, or None with fewer than two cuts.
    """
    return bootstrap_interval(counts, cuts, iou, seed=seed, draws=draws, level=level)


def bootstrap_interval(
    counts: Sequence[NDArray[Any]],
    cuts: Sequence[str],
    statistic: Callable[[NDArray[Any]], float | None],
    *,
    seed: int = 0,
    draws: int = 1000,
    level: float = 0.95,
) -> Interval | None:
    """Bootstrap a scalar of pooled counts over cuts, which are drawn with all their frames.

    Args:
        counts: Of each frame, arrays of one shape that add up: confusions, or what `modeling.counting` tells of.
        cuts: Cut of each frame.
        statistic: From pooled counts to a number; draws for which it gives None are left out.
        seed: Of the draws.
        draws: How many.
        level: Mass of the interval.

    Returns:
        The interval, or None with fewer than two cuts or without any number.
    """
    groups = _by_cut(counts, cuts)
    if len(groups) < 2:
        return None
    pooled = np.stack([np.sum(frames, axis=0) for frames in groups])
    # How often each cut was drawn, times its counts: all draws are pooled by one product.
    times = np.stack([np.bincount(pick, minlength=len(groups)) for pick in _picks(len(groups), seed, draws)])
    return _interval(map(statistic, np.tensordot(times, pooled, 1)), level)


def median_interval(
    values: Sequence[float | None],
    cuts: Sequence[str],
    *,
    seed: int = 0,
    draws: int = 1000,
    level: float = 0.95,
) -> tuple[float | None, Interval | None]:
    """Median of a number a frame, and its interval over cuts as in `bootstrap_interval`.

    Args:
        values: Of each frame; None, where it is undefined, is left out.
        cuts: Cut of each frame.
        seed: Of the draws.
        draws: How many.
        level: Mass of the interval.
    """
    medians = (median([*chain.from_iterable(drawn)]) for drawn in _drawn(_by_cut(values, cuts), seed, draws))
    return median(values), _interval(medians, level)


def median(values: Sequence[float | None]) -> float | None:
    """Median of the numbers that are not None, None without any."""
    known = [value for value in values if value is not None]
    return float(statistics.median(known)) if known else None


def _by_cut(rows: Sequence[T], cuts: Sequence[str]) -> list[list[T]]:
    """The rows of each cut, cuts by name."""
    groups: dict[str, list[T]] = {}
    for row, cut in zip(rows, cuts, strict=True):
        groups.setdefault(cut, []).append(row)
    return [groups[name] for name in sorted(groups)]


def _drawn(groups: Sequence[T], seed: int, draws: int) -> Iterator[list[T]]:
    """As many groups as there are, with replacement, ``draws`` times; nothing with fewer than two."""
    if len(groups) < 2:
        return
    for pick in _picks(len(groups), seed, draws).tolist():
        yield [groups[index] for index in pick]


def _picks(groups: int, seed: int, draws: int) -> NDArray[np.int64]:
    """(draws, groups) int64: which groups each draw takes."""
    return np.random.default_rng(seed).integers(groups, size=(draws, groups))


def _interval(values: Iterable[float | None], level: float) -> Interval | None:
    known = [value for value in values if value is not None]
    if not known:
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


def sum_counts(counts: Sequence[Counts], classes: int = 2) -> Counts:
    """Pool the confusions of several frames; zeros for none."""
    return np.sum(counts, axis=0) if len(counts) else np.zeros((classes, classes), np.int64)


def frame_row(counts: Counts) -> dict[str, float | None]:
    """Of one frame: ``iou``, and which shares of its pixels are ``false_cel`` and ``missed_cel``."""
    total = counts.sum()
    return {
        "iou": iou(counts),
        "false_cel": _share(counts[0, 1], total),
        "missed_cel": _share(counts[1, 0], total),
    }
