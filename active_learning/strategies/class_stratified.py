"""Classes take turns to pick the frames in which they are least sure, with noise (ClaSP PE: Lueth et al. 2026).

A class's uncertainty in a frame is the mean entropy of the pixels predicted as it: rare classes get their turn, however
few pixels they have. One Gumbel noise a frame serves all classes (see `active_learning.strategies.power`), so that
a frame is in exactly if its noise is above a threshold that the other frames leave: what the walk without it would
have picked in each turn. That walk is repeated for each pick.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from active_learning.strategies.base import Call, Needs, Pick, PoolView, Strategy
from active_learning.strategies.power import NoiseParams, strengths
from active_learning.strategies.turns import Lists, Turns, lists_of
from active_learning.strategies.weights import gumbel_chance, weigh

EXACT = 1000
"""Picks up to which chances of inclusion are worked out: the work grows with their square."""


class ClassStratifiedParams(NoiseParams):
    """Parameters of ``class_stratified``."""


def _class_stratified(view: PoolView, call: Call, params: ClassStratifiedParams) -> list[Pick]:
    assert view.class_scores is not None
    rows = view.candidates
    scores = view.class_scores[rows].astype(np.float64)
    classes = call.rng.permutation(scores.shape[1])
    logs = np.stack([strengths(scores[:, number], params) for number in classes], axis=1)
    keys = logs + call.rng.gumbel(size=(len(rows), 1))
    found = drawn(lists_of(keys, view.cuts[rows], call), logs, call.budget)
    picks = [
        Pick(
            int(view.frame_ids[rows[row]]),
            float(scores[row, classes[turn]]),
            _reason(view.class_name(int(classes[turn])), scores[row, classes[turn]], len(classes)),
            chance,
        )
        for turn, row, chance in found
    ]
    return weigh(picks, int((logs > -np.inf).any(1).sum()))


def drawn(lists: Lists, logs: NDArray[np.float64], budget: int) -> list[tuple[int, int, float | None]]:
    """(class, row, chance) a pick; the chance is None beyond `EXACT` picks.

    Args:
        lists: Orders by ``logs`` plus standard Gumbel noise.
        logs: (M, C) strengths.
        budget: Most picks.
    """
    walk = Turns(lists, logs.shape[1])
    found: list[tuple[int, int, float | None]] = []
    last = np.full(logs.shape[1], np.inf)
    while len(found) < budget and any(
        at < len(order) for at, order in zip(walk.at, lists.orders, strict=True)
    ):
        before = walk.copy() if budget <= EXACT else None
        number, row = walk.step()
        if row is None:
            continue
        chance = None
        if before is not None:
            threshold = _threshold(before, row, last - logs[row], logs[row], budget - len(found))
            chance = float(gumbel_chance(np.zeros(1), np.array([threshold]))[0])
        last[number] = lists.keys[row, number]
        found.append((number, row, chance))
    return found


def _threshold(
    walk: Turns, row: int, last: NDArray[np.float64], logs: NDArray[np.float64], budget: int
) -> float:
    """Noise above which ``row`` would be taken in some turn of the walk that goes on without it.

    Args:
        walk: As it stands just before the row is taken; walked on.
        row: Left out.
        last: (C,) noise that beats each class's last pick before; inf without one, or where it is never taken.
        logs: (C,) the row's strengths; -inf in classes that never take it.
        budget: Picks that are left.
    """
    lowest = float(last.min())
    walk.taken.add(row)
    cut = int(walk.lists.cuts[row])
    for number, other in walk.walk(budget):
        taken_in = int(other is not None and walk.lists.cuts[other] == cut)
        room = walk.used.get(cut, 0) - taken_in < walk.lists.cap
        if room and np.isfinite(logs[number]):
            lowest = min(lowest, -np.inf if other is None else walk.lists.keys[other, number] - logs[number])
    return lowest


def _reason(name: str, entropy: float, classes: int) -> str:
    where = f"Unsure where it sees {name}: entropy {entropy:.3f} nats there"
    return f"{where}; {classes} classes take turns" if classes > 1 else where


CLASS_STRATIFIED = Strategy(
    "class_stratified",
    "Classes take turns, each picking frames where it is unsure, with some chance: rare ones count (ClaSP PE).",
    _class_stratified,
    "mixed",
    params=ClassStratifiedParams,
    requires=Needs(classes=("class_scores",)),
)
