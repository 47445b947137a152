"""Power sampling: high scores are likely, not certain, so that a batch is less alike (Kirsch et al. 2023).

Every score gets Gumbel noise and the highest sums are taken: a draw without replacement in proportion to the score to
a power, to its exponential, or to a power of its rank. nnActive (Lueth et al. 2025) calls the first PowerPE.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from active_learning.strategies.base import Call, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.parameters import score_field
from active_learning.strategies.ranking import known
from active_learning.strategies.weights import gumbel_chance, take_by_keys, weigh

Noise = Literal["power", "softmax", "softrank"]


class NoiseParams(StrategyParams):
    """How much chance there is in a choice by score."""

    noise: Noise = Field(
        "power", description="Chance in proportion to the score to a power, its exponential, or its rank"
    )
    strength: float = Field(
        1.0, ge=0, le=1000, description="Exponent: 0 is plain chance, high is nearly by score"
    )


class PowerParams(NoiseParams):
    """Parameters of ``power_entropy``."""

    score: str = score_field("entropy")


def strengths(scores: NDArray[np.float64], params: NoiseParams) -> NDArray[np.float64]:
    """(M,) logarithms of what the chance of each frame is in proportion to; -inf where it has none.

    Args:
        scores: (M,) at least 0 for ``power``; NaN gives -inf.
        params: Kind and strength of the noise.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        if params.noise == "power":
            logs = np.log(scores.clip(0)) if params.strength else np.zeros(len(scores))
        elif params.noise == "softmax":
            logs = scores
        else:
            logs = -np.log(_ranks(scores))
        return np.where(np.isnan(scores), -np.inf, params.strength * logs)


def _ranks(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """(M,) places from 1, the highest score first, ties in their order."""
    ranks = np.empty(len(scores))
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _power(view: PoolView, call: Call, params: PowerParams) -> list[Pick]:
    rows = known(view.candidates, view.scores[params.score])
    scores = view.scores[params.score][rows].astype(np.float64)
    weights = strengths(scores, params)
    keys = weights + call.rng.gumbel(size=len(rows))
    taken, thresholds = take_by_keys(keys, view.cuts[rows], call)
    chances = gumbel_chance(weights[taken], thresholds)
    picks = [
        Pick(
            int(view.frame_ids[rows[i]]),
            float(scores[i]),
            f"Drawn for its {params.score} of {scores[i]:.3f}: a chance of {chance:.2%}",
            float(chance),
        )
        for i, chance in zip(taken, chances, strict=True)
    ]
    return weigh(picks, int(np.isfinite(weights).sum()))


POWER = Strategy(
    "power_entropy",
    "By chance, unsure frames likelier: a batch by score alone is full of near-copies (PowerPE).",
    _power,
    "mixed",
    params=PowerParams,
    requires=lambda params: Needs(scores=(params.score,)),
)
