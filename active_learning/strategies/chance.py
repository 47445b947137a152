"""Choices by chance: over the whole pool, and evenly over its cuts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from active_learning.strategies.base import Call, Ints, Pick, PoolView, Strategy, StrategyParams, take


def _random(view: PoolView, call: Call, params: StrategyParams) -> list[Pick]:
    rows = view.candidates
    order = call.rng.permutation(rows)
    picked = take(order, view.cuts, call)
    # With a cap a frame's chance depends on its neighbours in the cut; the plain share would be wrong.
    probability = min(1.0, call.budget / len(rows)) if call.cap_per_cut is None else None
    reason = f"By chance, one of {len(rows):,} frames"
    return [Pick(int(view.frame_ids[row]), None, reason, probability) for row in picked]


RANDOM = Strategy("random", "By chance, every frame alike: the yardstick for all others.", _random)


def _stratified(view: PoolView, call: Call, params: StrategyParams) -> list[Pick]:
    rows = view.candidates
    cuts, place, sizes = np.unique(view.cuts[rows], return_inverse=True, return_counts=True)
    order = rows[_round_robin(place, len(cuts), call.rng)]
    picked = take(order, view.cuts, call)
    chance = _chances(sizes, call)
    cut_of = dict(zip(cuts.tolist(), range(len(cuts)), strict=True))
    return [_stratified_pick(view, int(row), cut_of, sizes, chance) for row in picked]


def _round_robin(place: Ints, cuts: int, rng: np.random.Generator) -> Ints:
    """Order in which every cut, in shuffled turn, gives one shuffled frame before any gives its second.

    Args:
        place: (M,) index of each candidate's cut.
        cuts: How many cuts there are.
        rng: Source of chance.

    Returns:
        (M,) indices into ``place``.
    """
    shuffled = rng.permutation(len(place))
    grouped = shuffled[np.argsort(place[shuffled], kind="stable")]
    sorted_place = place[grouped]
    turn = np.arange(len(place)) - np.searchsorted(sorted_place, sorted_place)
    cut_turn = rng.permutation(cuts)[sorted_place]
    return grouped[np.lexsort((cut_turn, turn))]


def _chances(sizes: Ints, call: Call) -> NDArray[np.float64]:
    """(C,) chance of each frame of a cut: whole turns, plus an even share of the last, incomplete one."""
    room = sizes if call.cap_per_cut is None else np.minimum(sizes, call.cap_per_cut)
    turns = np.arange(int(room.max()) + 1)
    given = np.minimum(room[None, :], turns[:, None]).sum(1)
    whole = int(np.searchsorted(given, call.budget, side="right")) - 1
    open_cuts = room > whole
    rest = min(call.budget, int(room.sum())) - int(given[whole])
    share = rest / open_cuts.sum() if open_cuts.any() else 0.0
    return (np.minimum(room, whole) + open_cuts * share) / sizes


def _stratified_pick(
    view: PoolView, row: int, cut_of: dict[int, int], sizes: Ints, chance: NDArray[np.float64]
) -> Pick:
    cut = cut_of[int(view.cuts[row])]
    reason = f"By chance, one of the {sizes[cut]:,} frames of its cut; the {len(sizes):,} cuts take turns"
    return Pick(int(view.frame_ids[row]), None, reason, float(chance[cut]))


STRATIFIED = Strategy(
    "stratified_random",
    "By chance, evenly over the cuts: long cuts get no more than short ones.",
    _stratified,
)
