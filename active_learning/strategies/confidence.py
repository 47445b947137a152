"""Choices by confidence: mean entropy of the per-pixel Bernoulli in nats (Kugler 2020, section 4.1)."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from active_learning.strategies.base import (
    Call,
    Floats,
    Ints,
    Needs,
    Pick,
    PoolView,
    Strategy,
    StrategyParams,
    take,
)

SCORE = "entropy"


def _ranked(view: PoolView) -> Ints:
    """(M,) scored candidates, highest entropy first, ties by frame id. NaN is unscored and never picked."""
    rows = view.candidates
    rows = rows[~np.isnan(view.scores[SCORE][rows])]
    return rows[np.lexsort((view.frame_ids[rows], -view.scores[SCORE][rows]))]


def _entropy(view: PoolView, call: Call, params: StrategyParams) -> list[Pick]:
    order = _ranked(view)
    rank = {int(row): i for i, row in enumerate(order, 1)}
    scores: Floats = view.scores[SCORE]
    return [
        Pick(
            int(view.frame_ids[row]),
            float(scores[row]),
            f"Unsure: mean entropy {scores[row]:.3f} nats, rank {rank[int(row)]:,} of {len(order):,} scored",
        )
        for row in take(order, view.cuts, call)
    ]


ENTROPY = Strategy(
    "entropy",
    "The frames on which the last model is least sure, highest mean entropy first.",
    _entropy,
    requires=Needs(scores=(SCORE,)),
)


class KuglerParams(StrategyParams):
    """Parameters of ``kugler``."""

    confident_share: float = Field(
        0.5, ge=0, le=1, description="Share of the budget for frames the model is most confident on"
    )


def _kugler(view: PoolView, call: Call, params: KuglerParams) -> list[Pick]:
    order = _ranked(view)
    budget = min(call.budget, len(order))
    confident = round(budget * params.confident_share)
    used: dict[int, int] = {}
    least = take(order, view.cuts, Call(budget - confident, call.rng, call.cap_per_cut), used)
    rest = order[::-1][~np.isin(order[::-1], least)]
    most = take(rest, view.cuts, Call(confident, call.rng, call.cap_per_cut), used)
    return [_pick(view, row, "Least confident") for row in least] + [
        _pick(view, row, "Most confident") for row in most
    ]


def _pick(view: PoolView, row: int, side: str) -> Pick:
    entropy = float(view.scores[SCORE][row])
    todo = "to be drawn with care" if side.startswith("Least") else "quick to correct"
    return Pick(int(view.frame_ids[row]), entropy, f"{side}: mean entropy {entropy:.3f} nats, {todo}")


KUGLER = Strategy(
    "kugler",
    "The thesis's mix: some of the least confident frames, which teach, some of the most, which are quick.",
    _kugler,
    params=KuglerParams,
    requires=Needs(scores=(SCORE,)),
)
