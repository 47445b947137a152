"""Walks with short cuts give what walking frame by frame gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from active_learning.strategies.base import Call
from active_learning.strategies.ranking import take
from active_learning.strategies.turns import Turns, lists_of

frames = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)), max_size=40
)
caps = st.one_of(st.none(), st.integers(1, 3))


def call(budget: int, cap: int | None) -> Call:
    return Call(budget, np.random.default_rng(0), cap)


@given(frames, st.integers(0, 12), caps, st.dictionaries(st.integers(0, 4), st.integers(0, 2)))
def test_take_is_a_walk_in_order(
    rows: list[tuple[int, ...]], budget: int, cap: int | None, used: dict
) -> None:
    cuts = np.array([row[0] for row in rows], np.int64)
    order = np.random.default_rng(len(rows)).permutation(len(rows))
    expected, counts = [], dict(used) if cap else {}
    for row in order.tolist():
        if len(expected) < budget and (cap is None or counts.get(cuts[row], 0) < cap):
            counts[int(cuts[row])] = counts.get(cuts[row], 0) + 1
            expected.append(row)
    assert take(order, cuts, call(budget, cap), used if cap else None).tolist() == expected
    assert not cap or used == counts


@given(frames, st.integers(1, 12), caps)
def test_classes_in_turn_pick_as_if_their_lists_were_whole(
    rows: list[tuple[int, ...]], budget: int, cap: int | None
) -> None:
    """A tenth of the keys is none at all."""
    cuts = np.array([row[0] for row in rows], np.int64)
    keys = np.array([row[1:] for row in rows], float).reshape(-1, 3)
    keys[keys == 0] = -np.inf
    walk = Turns(lists_of(keys, cuts, call(budget, cap)), 3)
    found = [(number, row) for number, row in walk.walk(budget) if row is not None]
    assert found == _by_hand(keys, cuts.tolist(), budget, cap or len(rows))


def _by_hand(keys: np.ndarray, cuts: list[int], budget: int, cap: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    idle, number = 0, 0
    while len(found) < budget and idle < 3:
        taken = [row for _, row in found]
        free = [
            row
            for row in range(len(cuts))
            if row not in taken
            and keys[row, number] > -np.inf
            and sum(cuts[other] == cuts[row] for other in taken) < cap
        ]
        if free:
            found.append((number, max(free, key=lambda row: (keys[row, number], -row))))
        idle = 0 if free else idle + 1
        number = (number + 1) % 3
    return found
