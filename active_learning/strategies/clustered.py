"""Clustered uncertainty: k-means in which unsure frames weigh more, one frame a group (CLUE: Prabhu et al. 2021)."""

from __future__ import annotations

import numpy as np

from active_learning.strategies.base import Call, Cluster, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.kmeans import centres_of, nearest
from active_learning.strategies.parameters import feature_field, score_field
from active_learning.strategies.points import PAIRS, Room, cluster, points_of
from active_learning.strategies.ranking import known


class ClusteredParams(StrategyParams):
    """Parameters of ``clustered_uncertainty``."""

    score: str = score_field("entropy")
    feature: str = feature_field("embedding")


def _clustered(view: PoolView, call: Call, params: ClusteredParams) -> list[Pick]:
    scores = view.scores[params.score]
    rows = known(view.candidates, scores, view.features[params.feature])
    if not len(rows):
        return []
    weights = scores[rows].astype(np.float64).clip(0)
    # Not quite nothing, so that there are as many groups as picks however few frames are unsure.
    weights = weights.clip(1e-6 * weights.max()) if weights.any() else np.ones(len(rows))
    points = points_of(view, params.feature, rows)
    groups = min(call.budget, len(rows))
    found = cluster(points, groups, call.rng, weights)
    mass = np.bincount(found.labels, weights, minlength=groups)
    sizes = np.bincount(found.labels, minlength=groups).tolist()
    central = view.frame_ids[rows[centres_of(points, found)]].tolist()
    return [
        Pick(
            int(view.frame_ids[rows[i]]),
            float(scores[rows[i]]),
            f"Unsure ({params.score} {scores[rows[i]]:.3f}), nearest the centre of a group with "
            f"{mass[group] / weights.sum():.1%} of the pool's uncertainty",
            cluster=Cluster(sizes[group], central[group]),
        )
        for group, i, _ in nearest(points, found, mass, Room(view.cuts[rows], call.cap_per_cut))
    ]


CLUSTERED = Strategy(
    "clustered_uncertainty",
    "Groups similar frames, unsure ones weighing more, and takes the one nearest each centre (CLUE).",
    _clustered,
    "mixed",
    params=ClusteredParams,
    requires=lambda params: Needs((params.feature,), (params.score,)),
    pairs=PAIRS,
)
