"""Metrics of depth from sums that add up over frames (He and Jia 2023, table 1).

Depths are stored inverse, normalized over a cut: 1 is nearest, and 0 unknown, which counts nowhere. MAE and RMSE are
of these numbers. Ratios, which are the same of a depth and of its inverse, say nothing near infinity: what lies beyond
`FARTHEST` times the nearest distance counts as that far, in truth and guess alike, as depth benchmarks cap distances.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.depth.order import order_counts

Depths = NDArray[np.floating[Any]]

FARTHEST = 16.0
"""Distance, relative to the nearest of the cut, beyond which all is as far: rooms of NYU are capped at such a ratio."""
STEP = 1.25
"""Ratio of the first threshold; the others are its second and third power."""
COLUMNS = ("pixels", "absolute", "squared", "log10", "within_1_25", "within_1_25_2", "within_1_25_3")
RAW, ALIGNED, ORDER = range(3)
"""Rows of the counts: as predicted; aligned by scale and shift, frame by frame; pairs of layers and those in order."""
SHAPE = (3, len(COLUMNS))


def depth_counts(truth: Depths, guess: Depths) -> NDArray[np.float64]:
    """`SHAPE` float64 sums of one frame.

    Args:
        truth: (H, W) in 0..1, 0 unknown.
        guess: (H, W) in 0..1.
    """
    known = truth > 0
    t, p = truth[known].astype(np.float64), guess[known].astype(np.float64)
    counts = np.zeros(SHAPE)
    counts[RAW], counts[ALIGNED] = error_sums(t, p), error_sums(t, aligned(t, p))
    counts[ORDER, :2] = order_counts(truth, guess)
    return counts


def error_sums(truth: Depths, guess: Depths) -> NDArray[np.float64]:
    """`COLUMNS` of (P,) known depths and what was guessed of them."""
    error = np.abs(guess - truth)
    apart = _apart(truth, guess)
    within = [np.count_nonzero(apart < power * np.log10(STEP)) for power in (1, 2, 3)]
    return np.array([len(truth), error.sum(), (error**2).sum(), apart.sum(), *within], np.float64)


def is_within(truth: Depths, guess: Depths) -> NDArray[np.bool_]:
    """Where guesses are within the first threshold of the truth, of arrays of one shape."""
    return np.asarray(_apart(truth, guess) < np.log10(STEP), np.bool_)


def _apart(truth: Depths, guess: Depths) -> Depths:
    """|log10| of the ratio, distances capped at `FARTHEST`."""
    nearest = 1 / FARTHEST
    return np.abs(np.log10(np.maximum(guess, nearest)) - np.log10(np.maximum(truth, nearest)))


def aligned(truth: Depths, guess: Depths) -> Depths:
    """(P,) guesses times the scale, plus the shift, that bring them nearest to the truth; clipped to 0..1.

    Least squares in inverse depth (Ranftl et al. 2020): a picture alone tells neither scale nor shift.
    """
    if not len(truth):
        return guess
    middle, mean = guess.mean(), truth.mean()
    spread = ((guess - middle) ** 2).sum()
    scale = ((guess - middle) * (truth - mean)).sum() / spread if spread > 0 else 0.0
    return np.clip(scale * (guess - middle) + mean, 0, 1)


def figures_of(sums: NDArray[np.floating[Any]]) -> dict[str, float | None]:
    """``mae``, ``rmse``, ``log10`` and the shares ``within_1_25`` (power 1, 2, 3) of one row; None without pixels."""
    pixels, absolute, squared, log10, *within = (float(value) for value in sums)
    names = ("mae", "rmse", "log10", *COLUMNS[4:])
    if not pixels:
        return dict.fromkeys(names)
    values = (
        absolute / pixels,
        (squared / pixels) ** 0.5,
        log10 / pixels,
        *(hits / pixels for hits in within),
    )
    return dict(zip(names, values, strict=True))


def order_of(sums: NDArray[np.floating[Any]]) -> Mapping[str, float | int | None]:
    """``pairs`` of neighbouring layers, ``right`` ones, and their share ``accuracy``, None without any."""
    pairs, right = int(sums[0]), int(sums[1])
    return {"pairs": pairs, "right": right, "accuracy": right / pairs if pairs else None}
