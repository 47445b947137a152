"""Learning curves as numbers: quality of pooled counts, areas under them, and where they reach a goal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
"""(..., C, C) pixels: rows the true class, columns the predicted one."""


def ious(counts: NDArray[Any]) -> Floats:
    """(...) foreground IoU of (..., 2, 2) counts, as `modeling.metrics.iou`: 1 where there is no cel at all."""
    hit = counts[..., 1, 1].astype(np.float64)
    union = counts[..., 1, :].sum(-1) + counts[..., :, 1].sum(-1) - hit
    return np.divide(hit, union, out=np.ones_like(hit), where=union > 0)


def mean_ious(counts: NDArray[Any]) -> Floats:
    """(...) mean IoU over the classes of the truth, as `modeling.metrics.mean_iou_in_truth`; NaN without any."""
    counts = counts.astype(np.float64)
    hit, true = np.diagonal(counts, axis1=-2, axis2=-1), counts.sum(-1)
    union = true + counts.sum(-2) - hit
    each = np.divide(hit, union, out=np.zeros_like(hit), where=union > 0)
    present = (true > 0).sum(-1)
    total = np.where(true > 0, each, 0).sum(-1)
    return np.divide(total, present, out=np.full(total.shape, np.nan), where=present > 0)


def quality_of(headline: str) -> Callable[[NDArray[Any]], Floats]:
    """What a task's headline metric makes of (..., C, C) counts."""
    return ious if headline == "iou" else mean_ious


def class_quality(counts: Counts) -> Floats:
    """(C,) IoU of each class, NaN where it is neither in the truth nor predicted."""
    hit = np.diagonal(counts).astype(np.float64)
    union = counts.sum(0) + counts.sum(1) - hit
    return np.divide(hit, union, out=np.full(len(hit), np.nan), where=union > 0)


def height_weights(x: Floats, low: float, high: float) -> Floats:
    """(R,) weights by which heights (R,) give the mean height of the line through them between ``low`` and ``high``.

    The line is flat beyond its ends. Where ``low`` is no less than ``high`` it is the height there.

    Args:
        x: (R,) places of the heights, ascending.
        low: Left end.
        high: Right end.
    """
    knots = (
        np.unique(np.concatenate([[low, high], x[(x > low) & (x < high)]])) if low < high else np.array([low])
    )
    at_knots = np.stack([np.interp(knots, x, unit) for unit in np.eye(len(x))])
    if len(knots) == 1:
        return at_knots[:, 0]
    steps = np.diff(knots)
    return (at_knots[:, 1:] + at_knots[:, :-1]) @ steps / (2 * (high - low))


def first_reach(x: Floats, y: Floats, goal: float) -> float:
    """Where the line through (R,) heights ``y`` at ``x`` first reaches ``goal``; infinity where it never does."""
    there = np.flatnonzero(y >= goal)
    if not len(there):
        return float("inf")
    last = int(there[0])
    if last == 0:
        return float(x[0])
    share = (goal - y[last - 1]) / (y[last] - y[last - 1])
    return float(x[last - 1] + share * (x[last] - x[last - 1]))
