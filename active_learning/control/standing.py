"""Where picks lie among the candidates by the score that the strategy saw. Pure NumPy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from active_learning.strategies import PoolView
from active_learning.strategies.base import Floats
from active_learning.strategies.ranking import known

BINS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """A score of all candidates: its ``name``, ``histogram`` as `Selection.scores_seen` keeps it, and ``ranked`` (M,),
    the known scores in rising order.
    """

    name: str
    histogram: dict[str, Any]
    ranked: Floats

    def place(self, score: float) -> int:
        """Rank of a score from the top: 1 is the highest."""
        return 1 + len(self.ranked) - int(np.searchsorted(self.ranked, score, side="right"))


def seen_in(view: PoolView) -> Seen | None:
    """The first score that the view carries, None where it carries none or no candidate has one."""
    name = next(iter(view.scores), None)
    if name is None:
        return None
    scores = view.scores[name][known(view.candidates, view.scores[name])].astype(np.float64)
    if not len(scores):
        return None
    counts, edges = np.histogram(scores, BINS)
    histogram = {
        "name": name,
        "low": float(edges[0]),
        "high": float(edges[-1]),
        "counts": counts.tolist(),
        "scored": len(scores),
    }
    return Seen(name, histogram, np.sort(scores))


def scores_of(view: PoolView, name: str, frame_ids: list[int]) -> dict[int, float]:
    """Scores of these frames of the view; those without one are absent."""
    rows = np.flatnonzero(np.isin(view.frame_ids, frame_ids))
    pairs = zip(view.frame_ids[rows].tolist(), view.scores[name][rows].tolist(), strict=True)
    return {frame: float(score) for frame, score in pairs if score == score}
