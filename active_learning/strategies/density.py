"""Uncertainty weighted by density: unsure about frames that many others resemble (Settles and Craven 2008).

A frame's utility is its score times its mean cosine similarity to the unlabelled pool to a power. That mean is the
product of its direction with the pool's mean direction, so no pair of frames is compared.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from active_learning.strategies.base import Call, Ints, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.parameters import feature_field, score_field
from active_learning.strategies.ranking import known, ranked, take

_BLOCK = 65_536


class DensityParams(StrategyParams):
    """Parameters of ``density_weighted``."""

    score: str = score_field("entropy")
    feature: str = feature_field("embedding")
    power: float = Field(1.0, ge=0, le=10, description="How much being typical counts, 0 for not at all")


def _density(view: PoolView, call: Call, params: DensityParams) -> list[Pick]:
    scores, values = view.scores[params.score], view.features[params.feature]
    rows = known(view.candidates, scores, values)
    if not len(rows):
        return []
    density = np.full(len(view), np.nan)
    density[rows] = mean_similarity(values, rows)
    utility = scores * density.clip(0) ** params.power
    return [
        Pick(
            int(view.frame_ids[row]),
            float(utility[row]),
            f"Unsure ({params.score} {scores[row]:.3f}) and like others: mean similarity {density[row]:.2f}",
        )
        for row in take(ranked(view, utility), view.cuts, call)
    ]


def mean_similarity(values: NDArray[np.generic], rows: Ints) -> NDArray[np.float64]:
    """(M,) mean cosine similarity of each of ``rows`` to all of them, itself among them; 0 for a row of zeros.

    Args:
        values: (N, D) feature.
        rows: (M,) which of it.
    """
    blocks = [rows[start : start + _BLOCK] for start in range(0, len(rows), _BLOCK)]
    total = sum((_directions(values[block]).sum(0, dtype=np.float64) for block in blocks), np.zeros(1))
    mean = total / len(rows)
    return np.concatenate([_directions(values[block]) @ mean for block in blocks])


def _directions(values: NDArray[np.generic]) -> NDArray[np.float64]:
    directions = values.astype(np.float64)
    lengths = np.linalg.norm(directions, axis=1, keepdims=True)
    return np.divide(directions, lengths, out=directions, where=lengths > 0)


DENSITY = Strategy(
    "density_weighted",
    "Unsure frames that many others resemble before unsure ones of a kind (information density).",
    _density,
    "mixed",
    params=DensityParams,
    requires=lambda params: Needs((params.feature,), (params.score,)),
)
