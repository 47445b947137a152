"""Unsure frames, spread out: each pick is worth its uncertainty times its distance from all labelled or picked.

k-center greedy (Sener and Savarese 2018, algorithm 1) in which uncertainty stretches distances, divided by how many
labels the cut would then have: what a logarithm of each group's picks gains, as in Lin and Bilmes 2011 (section 5, the
reward of diversity). Frames of a cut teach nearly the same.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from active_learning.strategies.base import Call, Ints, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.kcenter import anchors
from active_learning.strategies.parameters import feature_field, score_field
from active_learning.strategies.points import PAIRS, Cover, Room, points_of
from active_learning.strategies.ranking import known


class SpreadParams(StrategyParams):
    """Parameters of ``spread_uncertainty``."""

    score: str = score_field("entropy")
    feature: str = feature_field("embedding")
    strength: float = Field(
        0.5, ge=0, le=10, description="Power of the score: 0 goes by distance alone, high by the score alone"
    )
    turns: float = Field(
        1.0,
        ge=0,
        le=10,
        description="Power of the cut's labels to divide by: 0 ignores cuts, high takes turns",
    )


class _State:
    """What candidates are worth while picks are added.

    Args:
        view: The pool.
        rows: (M,) candidates with a score and a feature.
        params: Of the strategy.
    """

    def __init__(self, view: PoolView, rows: Ints, params: SpreadParams) -> None:
        centres = anchors(view, view.features[params.feature])
        points = points_of(view, params.feature, np.concatenate([rows, centres]))
        self._points, self._cuts, self._turns = points[: len(rows)], view.cuts[rows], params.turns
        self.cover = Cover(self._points)
        self.cover.add_many(points[len(rows) :])
        self._labels = _labels_of_cuts(view)[rows]
        self._scores = view.scores[params.score][rows].astype(np.float64).clip(0) ** params.strength

    def distances(self) -> NDArray[np.float64]:
        """(M,) to the nearest label or pick; 1 where there is none yet, so that the score decides."""
        nearest = self.cover.nearest
        return np.where(np.isinf(nearest), 1.0, np.sqrt(nearest, dtype=np.float64))

    def worth(self) -> NDArray[np.float64]:
        """(M,) what each would add now."""
        return self._scores * self.distances() / (1.0 + self._labels) ** self._turns

    def take(self, i: int) -> None:
        """Count a pick."""
        self.cover.add(self._points[i])
        self._labels[self._cuts == self._cuts[i]] += 1


def _spread(view: PoolView, call: Call, params: SpreadParams) -> list[Pick]:
    scores = view.scores[params.score]
    rows = known(view.candidates, view.features[params.feature], scores)
    if not len(rows):
        return []
    state, room = _State(view, rows, params), Room(view.cuts[rows], call.cap_per_cut)
    picks: list[Pick] = []
    while len(picks) < call.budget and room.free.any():
        worth = state.worth()
        i = int(np.argmax(np.where(room.free, worth, -1)))
        reason = _reason(f"{params.score} {scores[rows[i]]:.3f}", float(state.cover.nearest[i]))
        picks.append(Pick(int(view.frame_ids[rows[i]]), float(worth[i]), reason))
        room.fill(i)
        state.take(i)
    return picks


def _labels_of_cuts(view: PoolView) -> Ints:
    """(N,) labelled frames of each row's cut."""
    names, place = np.unique(view.cuts, return_inverse=True)
    return np.bincount(place, weights=view.labelled, minlength=len(names)).astype(np.int64)[place]


def _reason(score: str, nearest: float) -> str:
    """In words: the score, and how far the nearest label or pick is, given that squared."""
    if np.isinf(nearest):
        return f"Unsure ({score}): nothing is labelled yet that it could be like"
    return f"Unsure ({score}) and {np.sqrt(nearest):.1f} away from what is labelled or picked"


SPREAD = Strategy(
    "spread_uncertainty",
    "Unsure frames unlike all that is labelled, and first of cuts that have few labels.",
    _spread,
    "mixed",
    params=SpreadParams,
    requires=lambda params: Needs((params.feature,), (params.score,)),
    pairs=PAIRS,
)
