"""By chance, evenly over productions and their cuts: a long cut gets no more frames than a short one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from active_learning.strategies.base import Call, Ints, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.ranking import occurrence
from active_learning.strategies.weights import weigh


def _stratified(view: PoolView, call: Call, params: StrategyParams) -> list[Pick]:
    rows = view.candidates
    cuts, place, sizes = np.unique(view.cuts[rows], return_inverse=True, return_counts=True)
    productions, home = np.unique(view.productions[rows], return_inverse=True)
    home_of_cut = np.empty(len(cuts), np.int64)
    home_of_cut[place] = home
    taken = _in_turns(place, home_of_cut, call)
    chances = _chances(sizes, home_of_cut, call)
    turns = f"{len(cuts):,} cuts of {len(productions):,} productions take turns"
    picks = [
        Pick(
            int(view.frame_ids[rows[i]]),
            None,
            f"By chance, one of the {sizes[place[i]]:,} frames of its cut; {turns}",
            float(chances[place[i]]),
        )
        for i in taken
    ]
    return weigh(picks, len(rows))


def _in_turns(place: Ints, home_of_cut: Ints, call: Call) -> Ints:
    """Picks where productions take turns, in each production its cuts, and in each cut its frames, all shuffled.

    Args:
        place: (M,) index of each candidate's cut.
        home_of_cut: (C,) index of each cut's production.
        call: Budget, cap and source of chance.

    Returns:
        (K,) indices into ``place``.
    """
    order = call.rng.permutation(len(place))
    lap = occurrence(place[order])
    if call.cap_per_cut is not None:
        order, lap = order[lap < call.cap_per_cut], lap[lap < call.cap_per_cut]
    order = order[np.lexsort((call.rng.permutation(len(home_of_cut))[place[order]], lap))]
    home = home_of_cut[place[order]]
    turn_of_production = call.rng.permutation(int(home_of_cut.max()) + 1)
    order = order[np.lexsort((turn_of_production[home], occurrence(home)))]
    return order[: call.budget]


def _chances(sizes: Ints, home_of_cut: Ints, call: Call) -> NDArray[np.float64]:
    """(C,) chance of each frame of a cut, over what its production may get and what the cut then gets of it."""
    room = sizes if call.cap_per_cut is None else np.minimum(sizes, call.cap_per_cut)
    whole, share = _laps(np.bincount(home_of_cut, weights=room).astype(np.int64), call.budget)
    expected = np.empty(len(sizes))
    for production in range(int(home_of_cut.max()) + 1):
        own = np.flatnonzero(home_of_cut == production)
        expected[own] = (1 - share) * _expected(room[own], whole)
        if share:
            expected[own] += share * _expected(room[own], whole + 1)
    return expected / sizes


def _expected(room: Ints, budget: int) -> NDArray[np.float64]:
    """(K,) picks each may expect of a budget that they take in turns, the first turn by chance."""
    whole, share = _laps(room, budget)
    return np.minimum(room, whole) + (room > whole) * share


def _laps(room: Ints, budget: int) -> tuple[int, float]:
    """Whole laps that a budget lasts where each takes one while it has room, and the chance of one more after them."""
    if budget >= room.sum():
        return int(room.max()), 0.0
    low, high = 0, int(room.max())
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if np.minimum(room, middle).sum() <= budget else (low, middle)
    rest = budget - int(np.minimum(room, low).sum())
    return low, rest / int((room > low).sum())


STRATIFIED = Strategy(
    "stratified_random",
    "Productions take turns, then their cuts: long ones get no more than short ones.",
    _stratified,
    "chance",
)
