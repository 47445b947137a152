"""k-means on edge grids: one real frame for each group of similar ones (Kugler 2020, section 4.1)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from active_learning.strategies.base import Call, Needs, Pick, PoolView, Strategy, StrategyParams

FEATURE = "edges"
_FULL_WORK = 1_000_000
"""Frames x groups up to which plain Lloyd iterations take seconds; above, mini batches do."""


def _kmeans(view: PoolView, call: Call, params: StrategyParams) -> list[Pick]:
    rows = view.candidates
    points = view.features[FEATURE][rows].astype(np.float32)
    groups = min(call.budget, len(rows))
    centres, sizes = _cluster(points, groups, call.rng)
    return [
        Pick(int(view.frame_ids[rows[i]]), -distance, _reason(int(sizes[group]), groups))
        for group, i, distance in _nearest(points, centres, sizes, view.cuts[rows], call)
    ]


def _cluster(
    points: NDArray[np.float32], groups: int, rng: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Centres (K, D) and sizes (K,) of ``groups`` clusters of (M, D) points."""
    seed = int(rng.integers(2**31))
    model: Any
    if len(points) * groups <= _FULL_WORK:
        model = KMeans(groups, n_init=4, random_state=seed)
    else:
        model = MiniBatchKMeans(groups, n_init=3, batch_size=4096, random_state=seed)
    # One thread: sums in another order could tip a seeded choice. Fewer distinct points than groups: no news.
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(points)
    return model.cluster_centers_, np.bincount(model.labels_, minlength=groups)


def _nearest(
    points: NDArray[np.float32],
    centres: NDArray[np.float32],
    sizes: NDArray[np.int64],
    cuts: NDArray[np.int64],
    call: Call,
) -> list[tuple[int, int, float]]:
    """(group, point, distance) of the free point nearest each centre, the largest group first.

    A point is free until it is picked or its cut is full, so a full cut passes its turn to the next nearest.
    """
    free = np.ones(len(points), bool)
    used: dict[int, int] = {}
    found: list[tuple[int, int, float]] = []
    lengths = np.einsum("ij,ij->i", points, points)
    for group in np.argsort(-sizes, kind="stable"):
        if not free.any():
            break
        i = int(np.argmin(np.where(free, lengths - 2 * (points @ centres[group]), np.inf)))
        found.append((int(group), i, float(np.linalg.norm(points[i] - centres[group]))))
        free[i] = False
        cut = int(cuts[i])
        used[cut] = used.get(cut, 0) + 1
        if call.cap_per_cut is not None and used[cut] >= call.cap_per_cut:
            free &= cuts != cut
    return found


def _reason(size: int, groups: int) -> str:
    alike = "alone in its group" if size <= 1 else f"nearest the centre of {size:,} similar frames"
    return f"Edges {alike}, one of {groups:,} groups"


KMEANS = Strategy(
    "kmeans",
    "Groups frames by their edges and takes the frame nearest the centre of each group: needs no model.",
    _kmeans,
    requires=Needs(features=(FEATURE,)),
)
