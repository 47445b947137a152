"""Core-set by k-center greedy: each pick is the frame farthest from all that are labelled or picked.

Sener and Savarese 2018, algorithm 1.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from active_learning.strategies.base import Call, Ints, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.parameters import feature_field
from active_learning.strategies.points import PAIRS, Cover, Room, points_of
from active_learning.strategies.ranking import known

_ANCHORS = 4096
"""Of more labelled frames than this, an even share by frame id stands for all."""


class KCenterParams(StrategyParams):
    """Parameters of ``kcenter``."""

    feature: str = feature_field("edges")


def _kcenter(view: PoolView, call: Call, params: KCenterParams) -> list[Pick]:
    values = view.features[params.feature]
    rows = known(view.candidates, values)
    if not len(rows):
        return []
    labelled = anchors(view, values)
    points = points_of(view, params.feature, np.concatenate([rows, labelled]))
    cover = Cover(points[: len(rows)])
    cover.add_many(points[len(rows) :])
    room = Room(view.cuts[rows], call.cap_per_cut)
    picks: list[Pick] = []
    while len(picks) < call.budget and room.free.any():
        i, reason = _next(cover, room)
        distance = float(np.sqrt(cover.nearest[i]))
        picks.append(Pick(int(view.frame_ids[rows[i]]), distance if np.isfinite(distance) else None, reason))
        room.fill(i)
        cover.add(points[i])
    return picks


def anchors(view: PoolView, values: NDArray[Any]) -> Ints:
    """Labelled rows with a value in ``values`` (N, D), by frame id: from some thousands on, an even share of them."""
    labelled = known(np.flatnonzero(view.labelled), values)
    labelled = labelled[np.argsort(view.frame_ids[labelled], kind="stable")]
    return labelled[:: -(-len(labelled) // _ANCHORS) or 1]


def _next(cover: Cover, room: Room) -> tuple[int, str]:
    """The free point farthest from every centre; without a centre the one nearest the middle of all."""
    if np.isinf(cover.nearest[0]):
        free = np.flatnonzero(room.free)
        middle = free[np.argmin(cover.lengths[free])]
        return int(middle), "Nearest the middle of the pool: nothing is labelled yet"
    i = int(np.argmax(np.where(room.free, cover.nearest, -1)))
    return i, f"Farthest from what is labelled or picked: {np.sqrt(cover.nearest[i]):.1f} away"


KCENTER = Strategy(
    "kcenter",
    "Each pick is the frame least like anything labelled or picked so far (core-set).",
    _kcenter,
    "diversity",
    params=KCenterParams,
    requires=lambda params: Needs(features=(params.feature,)),
    pairs=PAIRS,
)
