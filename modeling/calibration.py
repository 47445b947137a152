"""How far probabilities are to be believed: one temperature, reliability, and the expected calibration error.

After Guo et al. 2017, "On Calibration of Modern Neural Networks". NumPy and SciPy only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_expit, log_softmax, softmax

Floats = NDArray[np.floating[Any]]
Classes = NDArray[np.uint8]

BINS = 15
"""Equal-width bins of a reliability diagram, as published calibration errors have them."""
COLDEST, HOTTEST = 0.05, 20.0
"""Bounds of a temperature: where every pixel is right, the best would be 0."""


def negative_log_likelihood(logits: Floats, classes: Classes, temperature: float = 1.0) -> float:
    """Mean over pixels of -ln p(true class), nats, of logits divided by a temperature.

    Args:
        logits: (P, C); with one channel class 1 is as likely as its sigmoid.
        classes: (P,) true classes, none ignored.
        temperature: Above 0.
    """
    heated = np.asarray(logits, np.float64) / temperature
    if heated.shape[1] == 1:
        return float(-log_expit(np.where(classes == 1, heated[:, 0], -heated[:, 0])).mean())
    return float(-np.take_along_axis(log_softmax(heated, 1), classes[:, None].astype(np.int64), 1).mean())


def fit_temperature(logits: Floats, classes: Classes) -> float:
    """The temperature in 0.05..20 under which the true classes are likeliest (Guo et al.).

    The likelihood has one optimum, as it is convex in the inverse of the temperature.

    Args:
        logits: (P, C), P at least 1.
        classes: (P,) true classes, none ignored.
    """
    found = minimize_scalar(
        lambda log_t: negative_log_likelihood(logits, classes, float(np.exp(log_t))),
        bounds=(np.log(COLDEST), np.log(HOTTEST)),
        method="bounded",
        options={"xatol": 1e-4},
    )
    return float(np.exp(found.x))


def probabilities_at(logits: Floats, temperature: float = 1.0) -> NDArray[np.float64]:
    """(P, max(C, 2)) probabilities of (P, C) logits divided by a temperature."""
    heated = np.asarray(logits, np.float64) / temperature
    if heated.shape[1] == 1:
        heated = np.concatenate([np.zeros_like(heated), heated], 1)
    return np.asarray(softmax(heated, axis=1))


class Reliability:
    """Counts of a reliability diagram, of each class and of the likeliest one, added up frame by frame.

    A pixel stands, for each class, in the bin of the probability it gives that class; bin m of M holds probabilities
    above (m - 1) / M up to m / M, the first one 0 as well.

    Args:
        classes: How many there are.
        bins: Of equal width.
    """

    def __init__(self, classes: int, bins: int = BINS) -> None:
        # rows: a class each, then the likeliest; per bin pixels, sum of probabilities, hits
        self.counts = np.zeros((classes + 1, bins, 3))
        self.pixels = 0

    def add(self, probabilities: Floats, truth: Classes) -> None:
        """Count (P, C) probabilities of pixels whose (P,) true classes are known, none ignored."""
        classes = len(self.counts) - 1
        self.pixels += len(truth)
        for cls in range(classes):
            self._count(cls, probabilities[:, cls], truth == cls)
        self._count(classes, probabilities.max(1), probabilities.argmax(1) == truth)

    def _count(self, row: int, chances: Floats, hits: NDArray[np.bool_]) -> None:
        bins = self.counts.shape[1]
        index = np.clip(np.ceil(chances * bins).astype(np.int64) - 1, 0, bins - 1)
        for column, weights in enumerate((None, chances, hits)):
            self.counts[row, :, column] += np.bincount(index, weights, bins)

    def report(self, names: Sequence[str]) -> dict[str, Any]:
        """``error`` and ``bins`` of the likeliest class, and ``classes``: ``name``, ``error``, ``bins`` of each.

        An ``error`` is the expected calibration error, 0..1: how far what is promised and what comes true are apart,
        bin by bin, weighted by pixels; None without any. A bin has ``pixels``, mean ``promised`` probability and
        ``true`` share, None where it is empty.
        """
        rows = [{"error": _error(row), "bins": _bins(row)} for row in self.counts]
        return {
            **rows[-1],
            "classes": [{"name": name, **row} for name, row in zip(names, rows[:-1], strict=True)],
        }


def _error(row: NDArray[np.float64]) -> float | None:
    pixels, promised, hits = row.T
    return float(np.abs(promised - hits).sum() / pixels.sum()) if pixels.sum() else None


def _bins(row: NDArray[np.float64]) -> list[dict[str, Any]]:
    return [
        {
            "pixels": int(pixels),
            "promised": round(float(promised / pixels), 5) if pixels else None,
            "true": round(float(hits / pixels), 5) if pixels else None,
        }
        for pixels, promised, hits in row
    ]
