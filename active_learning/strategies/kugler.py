"""The thesis's mix: some of the least confident frames, some of the most confident (Kugler 2020, section 4.1)."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from active_learning.strategies.base import Call, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.ranking import ranked, take

SCORE = "entropy"


class KuglerParams(StrategyParams):
    """Parameters of ``kugler``."""

    confident_share: float = Field(
        0.5, ge=0, le=1, description="Share of the budget for frames the model is most confident on"
    )


def _kugler(view: PoolView, call: Call, params: KuglerParams) -> list[Pick]:
    order = ranked(view, view.scores[SCORE])
    budget = min(call.budget, len(order))
    confident = round(budget * params.confident_share)
    used: dict[int, int] = {}
    least = take(order, view.cuts, Call(budget - confident, call.rng, call.cap_per_cut), used)
    # The most confident by a ranking of their own: reversed, ties would come by falling frame id.
    rest = ranked(view, -view.scores[SCORE])
    rest = rest[~np.isin(rest, least)]
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
    "uncertainty",
    params=KuglerParams,
    requires=Needs(scores=(SCORE,)),
)
