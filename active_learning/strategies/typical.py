"""The most typical frame of each group without a label (TypiClust: Hacohen, Dekel and Weinshall 2022)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

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
from active_learning.strategies.points import PAIRS, Points, Room, cluster, members, points_of
from active_learning.strategies.ranking import known

_MOST_GROUPS = 500
"""Labels and budget together make no more groups than this, unless the budget alone is larger (as in the paper)."""
_MOST_WORK = 200_000_000
"""Frames x groups beyond which, in larger pools, there are fewer groups, too."""
_COMPANIONS = 512
"""Of a larger group, an even share of so many members is where neighbours are looked for."""
_BLOCK = 16_384


class TypicalParams(StrategyParams):
    """Parameters of ``typical_per_cluster``."""

    feature: str = feature_field("edges")
    neighbours: int = Field(
        20, ge=1, le=200, description="Neighbours whose distance says how typical a frame is"
    )


def _typical(view: PoolView, call: Call, params: TypicalParams) -> list[Pick]:
    candidates = known(view.candidates, view.features[params.feature])
    if not len(candidates):
        return []
    labelled = known(_labelled(view), view.features[params.feature])
    rows = np.concatenate([candidates, labelled])
    points = points_of(view, params.feature, rows)
    most = min(_MOST_GROUPS, _MOST_WORK // len(points))
    groups = min(len(points), max(call.budget, min(len(labelled) + call.budget, most)))
    labels = cluster(points, groups, call.rng).labels
    covered = np.bincount(labels[len(candidates) :], minlength=groups)
    room = Room(view.cuts[candidates], call.cap_per_cut)
    return [
        Pick(
            int(view.frame_ids[candidates[i]]),
            -distance,
            _reason(size, labelled_in, distance),
            cluster=Cluster(size, int(view.frame_ids[rows[centre]])),
        )
        for i, distance, size, labelled_in, centre in _walk(
            points, labels, covered, room, call.budget, params
        )
    ]


def _labelled(view: PoolView) -> Ints:
    rows = np.flatnonzero(view.labelled)
    return rows[np.argsort(view.frame_ids[rows], kind="stable")]


def _walk(
    points: Points, labels: Ints, covered: Ints, room: Room, budget: int, params: TypicalParams
) -> Iterator[tuple[int, float, int, int, int]]:
    """(point, distance, size, labels, the group's most typical point) a pick: groups with the fewest labels first,
    then the largest, lap by lap.

    Only the first ``len(room.free)`` points are candidates.
    """
    groups = members(labels, len(covered))
    sizes = np.array([len(group) for group in groups])
    order = np.lexsort((-sizes, covered)).tolist()
    queues: dict[int, Iterator[tuple[int, float, int]]] = {}
    given = 0
    while given < budget and room.free.any():
        for group in order:
            if group not in queues:
                queues[group] = _by_typicality(points, groups[group], len(room.free), params.neighbours)
            found = next((one for one in queues[group] if room.free[one[0]]), None)
            if found is not None:
                room.fill(found[0])
                given += 1
                point, distance, centre = found
                yield point, distance, int(sizes[group]), int(covered[group]), centre
            if given == budget:
                return


def _by_typicality(
    points: Points, group: Ints, candidates: int, neighbours: int
) -> Iterator[tuple[int, float, int]]:
    """A group's candidates with their mean distance to their nearest neighbours, the closest first, and its closest
    point of all.
    """
    distances = mean_distances(points[group], neighbours)
    order = np.argsort(distances, kind="stable")
    for i in order:
        if group[i] < candidates:
            yield int(group[i]), float(distances[i]), int(group[order[0]])


def mean_distances(points: Points, neighbours: int) -> NDArray[np.float32]:
    """(M,) mean distance of each point to its nearest others; the inverse is the paper's typicality.

    Args:
        points: (M, D) of one group.
        neighbours: How many of the nearest; of a group of more than 512 they are looked for among an even 512.
    """
    step = max(1, -(-len(points) // _COMPANIONS))
    companions = points[::step]
    lengths = np.einsum("ij,ij->i", companions, companions)
    kept = min(neighbours, len(companions) - 1)
    if kept < 1:
        return np.zeros(len(points), np.float32)
    return np.concatenate(
        [
            _mean_distances(points, start, companions, lengths, step, kept)
            for start in range(0, len(points), _BLOCK)
        ]
    )


def _mean_distances(
    points: Points, start: int, companions: Points, lengths: NDArray[np.float32], step: int, kept: int
) -> NDArray[np.float32]:
    """The same for one block of points; a companion, which is every ``step``-th point, is not its own neighbour."""
    part = points[start : start + _BLOCK]
    squares = -2 * (part @ companions.T)
    squares += np.einsum("ij,ij->i", part, part)[:, None]
    squares += lengths
    own = np.arange(-(-start // step), -(-(start + len(part)) // step))
    squares[own * step - start, own] = np.inf
    squares.partition(kept - 1, axis=1)
    mean: NDArray[np.float32] = np.sqrt(squares[:, :kept].clip(0)).mean(1)
    return mean


def _reason(size: int, labelled: int, distance: float) -> str:
    have = "none of them labelled" if not labelled else f"{labelled:,} of them labelled"
    return f"Typical of a group of {size:,} similar frames, {have}: neighbours {distance:.1f} away on average"


TYPICAL = Strategy(
    "typical_per_cluster",
    "Groups similar frames and takes the most typical one of each group that has no label yet (TypiClust).",
    _typical,
    "diversity",
    params=TypicalParams,
    requires=lambda params: Needs(features=(params.feature,)),
    pairs=PAIRS,
)
