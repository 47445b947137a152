"""k-means on edge grids: one real frame for each group of similar ones (Kugler 2020, section 4.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from active_learning.strategies.base import (
    Call,
    Cluster,
    Ints,
    Needs,
    Pick,
    PoolView,
    Strategy,
    StrategyParams,
)
from active_learning.strategies.parameters import feature_field
from active_learning.strategies.points import (
    PAIRS,
    Clusters,
    Points,
    Room,
    cluster,
    distances_to,
    members,
    points_of,
)
from active_learning.strategies.ranking import known


class KMeansParams(StrategyParams):
    """Parameters of ``kmeans``."""

    feature: str = feature_field("edges")


def _kmeans(view: PoolView, call: Call, params: KMeansParams) -> list[Pick]:
    rows = known(view.candidates, view.features[params.feature])
    if not len(rows):
        return []
    points = points_of(view, params.feature, rows)
    groups = min(call.budget, len(rows))
    found = cluster(points, groups, call.rng)
    sizes = np.bincount(found.labels, minlength=groups)
    central = view.frame_ids[rows[centres_of(points, found)]].tolist()
    return [
        Pick(
            int(view.frame_ids[rows[i]]),
            -distance,
            _reason(params.feature, int(sizes[group]), groups),
            cluster=Cluster(int(sizes[group]), central[group]),
        )
        for group, i, distance in nearest(points, found, sizes, Room(view.cuts[rows], call.cap_per_cut))
    ]


def nearest(
    points: Points, found: Clusters, mass: NDArray[Any], room: Room
) -> Iterator[tuple[int, int, float]]:
    """(group, point, distance) of the free point of each group nearest its centre, the heaviest group first.

    A group without a free point of its own passes its turn to the free point nearest its centre anywhere.

    Args:
        points: (M, D), ties by their order.
        found: Their clusters.
        mass: (K,) weight of each group.
        room: What may still be picked; counted on.
    """
    own = members(found.labels, len(found.centres))
    for group in np.argsort(-mass, kind="stable").tolist():
        free = own[group][room.free[own[group]]]
        free = free if len(free) else np.flatnonzero(room.free)
        if not len(free):
            return
        distances = distances_to(found.centres[group], points, free)
        best = int(np.argmin(distances))
        room.fill(int(free[best]))
        yield group, int(free[best]), float(distances[best])


def centres_of(points: Points, found: Clusters) -> Ints:
    """(K,) the point of each group nearest its centre, whether it may be picked or not; point 0 of an empty group."""
    nearest_of = [
        group[np.argmin(distances_to(centre, points, group))] if len(group) else 0
        for group, centre in zip(members(found.labels, len(found.centres)), found.centres, strict=True)
    ]
    return np.array(nearest_of, np.int64)


def _reason(feature: str, size: int, groups: int) -> str:
    alike = "alone in its group" if size <= 1 else f"nearest the centre of {size:,} similar frames"
    return f"{feature.capitalize()}: {alike}, one of {groups:,} groups"


KMEANS = Strategy(
    "kmeans",
    "Groups similar frames and takes the one nearest the centre of each group.",
    _kmeans,
    "diversity",
    params=KMeansParams,
    requires=lambda params: Needs(features=(params.feature,)),
    pairs=PAIRS,
)
