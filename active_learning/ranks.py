"""How much two rankings of the same frames differ, where it matters: at the top."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import kendalltau

Scores = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Reordered:
    """Of ``frames`` ranked twice, ``differ`` of the ``top`` highest are others the second time.

    ``kendall`` is Kendall's tau-b of the two rankings, -1 to 1, None where either is all ties.
    """

    frames: int
    top: int
    differ: int
    kendall: float | None


def reordered(first: Scores, second: Scores, top: int) -> Reordered | None:
    """Compare the rankings by two scores, the highest first; earlier frames first where scores are equal.

    Args:
        first: (N,) scores; frames with NaN in either are left out.
        second: (N,) scores of the same frames.
        top: How many of the highest are compared, at most all.
    """
    both = np.isfinite(first) & np.isfinite(second)
    first, second = first[both], second[both]
    if not len(first):
        return None
    top = min(top, len(first))
    picks = [set(np.argsort(-scores, kind="stable")[:top].tolist()) for scores in (first, second)]
    tau = float(kendalltau(first, second).statistic) if len(first) > 1 else float("nan")
    return Reordered(len(first), top, len(picks[0] - picks[1]), None if np.isnan(tau) else round(tau, 4))
