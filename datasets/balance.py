"""How evenly a dataset covers classes and styles, and how alike its sides are. Pure: numbers in, numbers out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon
from sklearn.cluster import KMeans

from datasets.statistics import LabelSums
from modeling.labels import get_kind

GROUPS = 12
"""Styles told apart: as many as one takes in at a glance."""
SIDES = ("train", "test")

Counts = NDArray[np.int64]


def effective(counts: Counts) -> float:
    """How many groups of equal size would be as even as these: the exponential of their entropy (Jost 2006, table 1).

    Args:
        counts: (G,) members of each group.

    Returns:
        1 where all lie in one group, G where they lie evenly, 0 where there are none.
    """
    shares = counts[counts > 0] / max(1, counts.sum())
    return float(np.exp(-(shares * np.log(shares)).sum())) if len(shares) else 0.0


def divergence(one: Counts, other: Counts) -> float | None:
    """Jensen-Shannon divergence of two distributions in bits: 0 alike, 1 nothing in common; None where one is empty.

    Args:
        one: (G,) members of each group.
        other: (G,) likewise.
    """
    if not one.sum() or not other.sum():
        return None
    return float(jensenshannon(one, other, base=2) ** 2)


def class_balance(sums: Mapping[str, LabelSums]) -> dict[str, Any]:
    """Shares of classes by side, as ``ClassBalanceSerializer`` of the API describes them.

    Args:
        sums: Of one kind's labels, by side.
    """
    kind = get_kind(sums["train"].kind)
    counts = {side: _counts(sums[side], len(kind.classes)) for side in SIDES}
    return {
        "kind": kind.name,
        "labels": {side: sums[side].labelled - sums[side].uncounted for side in SIDES},
        "classes": [
            {"index": index, "name": cls.name}
            | {side: _share(int(counts[side][index]), int(counts[side].sum())) for side in SIDES}
            for index, cls in enumerate(kind.classes)
        ],
        "divergence": divergence(counts["train"], counts["test"]),
    }


def _counts(sums: LabelSums, classes: int) -> Counts:
    return np.array([*sums.counts, *[0] * classes][:classes], np.int64)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Styles:
    """Groups of similar frames: ``counts`` (G,) by ``pool``, ``train`` and ``test``, and a typical frame's row each.

    Groups are in the order of the pool's share, the largest first; ``typical`` are rows of the pool's values.
    """

    counts: dict[str, Counts]
    typical: list[int]

    def left_out(self) -> float:
        """Share (0 to 1) of the pool that lies in groups of which no training frame is."""
        pool, train = self.counts["pool"], self.counts["train"]
        return float(pool[train == 0].sum() / max(1, pool.sum()))


def styles_of(
    pool: NDArray[Any], train: NDArray[Any], test: NDArray[Any], groups: int = GROUPS, seed: int = 0
) -> Styles:
    """Group the pool's frames by a feature, by k-means, and count who falls where.

    Args:
        pool: (N, D) values of the pool's frames, at least one.
        train: (A, D) of the training frames.
        test: (B, D) of the held-out frames.
        groups: At most so many.
        seed: Of the first centres.
    """
    values = pool.astype(np.float32)
    groups = min(groups, len(np.unique(values, axis=0)))
    model = KMeans(groups, n_init=2, random_state=seed).fit(values)
    found = {name: _members(model, part) for name, part in (("pool", pool), ("train", train), ("test", test))}
    order = np.argsort(-found["pool"], kind="stable")
    distances = model.transform(values)
    distances[np.arange(groups) != model.labels_[:, None]] = np.inf
    return Styles(
        {name: counts[order] for name, counts in found.items()},
        [int(distances[:, group].argmin()) for group in order],
    )


def _members(model: KMeans, values: NDArray[Any]) -> Counts:
    labels = model.predict(values.astype(np.float32)) if len(values) else np.empty(0, np.int64)
    return np.bincount(labels, minlength=model.n_clusters).astype(np.int64)
