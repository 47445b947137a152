"""Features as points: clusters of them, and how far each is from the nearest of a growing set."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans, MiniBatchKMeans
from sklearn.exceptions import ConvergenceWarning

from active_learning.strategies.base import Floats, Ints, PoolView

Points = NDArray[np.float32]

PAIRS = 1_000_000_000
"""Candidates x picks up to which comparing each with each takes minutes, not hours."""
_FULL_WORK = 1_000_000
"""Points x groups up to which plain Lloyd iterations take seconds; above, mini batches do."""
_BLOCK = 65_536


def points_of(view: PoolView, name: str, rows: Ints) -> Points:
    """(M, D) float32 values of a feature, around their mean: differences of large numbers would drown small ones."""
    points = np.empty((len(rows), view.features[name].shape[1]), np.float32)
    for start in range(0, len(rows), _BLOCK):
        points[start : start + _BLOCK] = view.features[name][rows[start : start + _BLOCK]]
    if len(rows):
        points -= points.mean(0, dtype=np.float64).astype(np.float32)
    return points


def lengths_of(view: PoolView, name: str, rows: Ints) -> NDArray[np.float32]:
    """(M,) length of each row of a feature as it is."""
    blocks = [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
    values = view.features[name]
    return np.concatenate([np.linalg.norm(values[block].astype(np.float32), axis=1) for block in blocks])


def distances_to(centre: Points, points: Points, indices: Ints) -> NDArray[np.float32]:
    """(K,) distance of the points at ``indices`` to a centre (D,)."""
    blocks = [indices[start : start + _BLOCK] for start in range(0, len(indices), _BLOCK)]
    return np.concatenate([np.linalg.norm(points[block] - centre, axis=1) for block in blocks])


@dataclass(frozen=True, slots=True)
class Clusters:
    """``centres`` (K, D) and the cluster of each point, ``labels`` (M,)."""

    centres: Points
    labels: Ints


def cluster(points: Points, groups: int, rng: np.random.Generator, weights: Floats | None = None) -> Clusters:
    """k-means: Lloyd's, or by mini batches (Sculley 2010) above a million distances a pass.

    Args:
        points: (M, D).
        groups: K, at most M.
        rng: Source of chance.
        weights: (M,) how much each point counts, None for all alike.
    """
    seed = int(rng.integers(2**31))
    model: Any
    if len(points) * groups <= _FULL_WORK:
        model = KMeans(groups, n_init=4, random_state=seed)
    else:
        model = MiniBatchKMeans(groups, n_init=1, batch_size=4096, random_state=seed)
    with warnings.catch_warnings():  # fewer distinct points than groups: no news
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(points, sample_weight=weights)
    return Clusters(model.cluster_centers_, model.labels_.astype(np.int64))


def members(labels: Ints, groups: int) -> list[Ints]:
    """Indices of each group's points, in their order."""
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.searchsorted(labels[order], np.arange(1, groups)))


class Cover:
    """Squared distance of each point to the nearest centre so far, ``nearest`` (M,) float32, inf before the first.

    ``lengths`` (M,) are those of the points, squared.

    Args:
        points: (M, D).
    """

    def __init__(self, points: Points) -> None:
        self._points = points
        self.lengths = np.einsum("ij,ij->i", points, points)
        self.nearest = np.full(len(points), np.inf, np.float32)

    def add(self, centre: Points) -> None:
        """Take one centre (D,) in."""
        distances = self._points @ (-2 * centre)
        distances += self.lengths
        distances += centre @ centre
        np.minimum(self.nearest, distances.clip(0, out=distances), out=self.nearest)

    def add_many(self, centres: Points) -> None:
        """Take centres (L, D) in, a block of points at a time."""
        if not len(centres):
            return
        squares = np.einsum("ij,ij->i", centres, centres)
        for start in range(0, len(self._points), _BLOCK // 8):
            part = slice(start, start + _BLOCK // 8)
            gained = (squares - 2 * (self._points[part] @ centres.T)).min(1) + self.lengths[part]
            self.nearest[part] = np.minimum(self.nearest[part], gained.clip(0))


class Room:
    """Which points may still be picked: each once, and no more than the cap of a cut.

    Args:
        cuts: (M,) cut of each point.
        cap: Most picks of a cut, None for no cap.
    """

    def __init__(self, cuts: Ints, cap: int | None) -> None:
        self._cuts, self._cap = cuts, cap
        self._used: dict[int, int] = {}
        self.free = np.ones(len(cuts), bool)

    def fill(self, point: int) -> None:
        """Count a pick."""
        self.free[point] = False
        cut = int(self._cuts[point])
        self._used[cut] = self._used.get(cut, 0) + 1
        if self._cap is not None and self._used[cut] >= self._cap:
            self.free &= self._cuts != cut
