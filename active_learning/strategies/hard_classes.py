"""More of what the model does worst at: frames rich in the classes with the lowest IoU (Kugler 2020, section 4.1).

The thesis looks for difficult frames; here the difficulty is that of classes, which take turns from the worst on.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from active_learning.strategies.base import Call, Ints, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.ranking import known
from active_learning.strategies.turns import Turns, lists_of


class HardClassesParams(StrategyParams):
    """Parameters of ``hard_classes``."""

    classes: int = Field(2, ge=1, le=100, description="How many of the worst classes take turns")


def _hard_classes(view: PoolView, call: Call, params: HardClassesParams) -> list[Pick]:
    assert view.class_shares is not None
    assert view.class_quality is not None
    rows = known(view.candidates, view.class_shares)
    worst = _worst(view, rows, params.classes)
    if not len(worst):
        return []
    shares = view.class_shares[rows][:, worst].astype(np.float64)
    keys = np.where(shares > 0, shares, -np.inf)
    walk = Turns(lists_of(keys, view.cuts[rows], call), len(worst))
    return [
        Pick(
            int(view.frame_ids[rows[row]]),
            float(shares[row, turn]),
            f"{view.class_name(int(worst[turn])).capitalize()} covers {shares[row, turn]:.2%} of it, and the last "
            f"model's IoU there is {view.class_quality[worst[turn]]:.2f}",
        )
        for turn, row in walk.walk(call.budget)
        if row is not None
    ]


def _worst(view: PoolView, rows: Ints, classes: int) -> Ints:
    """(K,) classes with the lowest known IoU of those that some candidate shows, ties by their number."""
    assert view.class_shares is not None
    assert view.class_quality is not None
    seen = (view.class_shares[rows] > 0).any(0) & ~np.isnan(view.class_quality)
    order = np.argsort(np.where(seen, view.class_quality, np.inf), kind="stable")
    return order[: min(classes, int(seen.sum()))]


HARD_CLASSES = Strategy(
    "hard_classes",
    "Frames that show most of the classes the last model does worst at.",
    _hard_classes,
    "mixed",
    params=HardClassesParams,
    requires=Needs(classes=("class_shares", "class_quality")),
)
