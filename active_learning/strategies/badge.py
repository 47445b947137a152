"""k-means++ on gradient embeddings: frames that would change the model most, and differently (Ash et al. 2020).

The first pick has the longest gradient; each further one is drawn with chance in proportion to its squared distance
from the picks so far.
"""

from __future__ import annotations

import numpy as np

from active_learning.strategies.base import Call, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.parameters import feature_field
from active_learning.strategies.points import PAIRS, Cover, Room, lengths_of, points_of
from active_learning.strategies.ranking import known


class BadgeParams(StrategyParams):
    """Parameters of ``badge``."""

    feature: str = feature_field("gradient")


def _badge(view: PoolView, call: Call, params: BadgeParams) -> list[Pick]:
    rows = known(view.candidates, view.features[params.feature])
    if not len(rows):
        return []
    points = points_of(view, params.feature, rows)
    cover, room = Cover(points), Room(view.cuts[rows], call.cap_per_cut)
    lengths = lengths_of(view, params.feature, rows)
    picks: list[Pick] = []
    while len(picks) < call.budget and room.free.any():
        i = _drawn(cover, room, call.rng) if picks else int(np.argmax(np.where(room.free, lengths, -1)))
        picks.append(Pick(int(view.frame_ids[rows[i]]), float(lengths[i]), _reason(len(picks), lengths[i])))
        room.fill(i)
        cover.add(points[i])
    return picks


def _drawn(cover: Cover, room: Room, rng: np.random.Generator) -> int:
    """A free point, by chance in proportion to its squared distance; evenly where all are picked already."""
    free = np.flatnonzero(room.free)
    ends = np.cumsum(cover.nearest[free], dtype=np.float64)
    if ends[-1] <= 0:
        return int(rng.choice(free))
    # Below its end: a point at distance 0 has an empty share and cannot be drawn.
    return int(free[np.searchsorted(ends, rng.random() * ends[-1], side="right")])


def _reason(before: int, length: float) -> str:
    drawn = "the longest of all" if not before else f"drawn for its distance from {before:,} picked before"
    return f"Would change the model by a gradient of length {length:.3f}, {drawn}"


BADGE = Strategy(
    "badge",
    "Frames that would change the model much, and each in another way: k-means++ on gradients (BADGE).",
    _badge,
    "mixed",
    params=BadgeParams,
    requires=lambda params: Needs(features=(params.feature,)),
    pairs=PAIRS,
)
