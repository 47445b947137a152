"""Classes take turns to pick frames, each by an order of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from active_learning.strategies.base import Call, Ints
from active_learning.strategies.ranking import occurrence


@dataclass(frozen=True, slots=True, eq=False)
class Lists:
    """What each class would pick, best first: ``orders`` of rows into ``keys`` (M, C), where -inf is never picked.

    ``cuts`` (M,) and ``cap`` bound the picks of a cut.
    """

    orders: list[list[int]]
    keys: NDArray[np.float64]
    cuts: Ints
    cap: int


def lists_of(keys: NDArray[np.float64], cuts: Ints, call: Call) -> Lists:
    """Lists of each class, without rows that no walk reaches.

    Those are rows that their cut's better ones leave no room for even if one were not there, and what lies behind
    three times the budget: a walk passes only rows taken (a budget of them) and rows of full cuts (two).

    Args:
        keys: (M, C) higher is sooner, ties by row; -inf or NaN is never picked.
        cuts: (M,).
        call: Budget and cap.
    """
    orders = []
    for column in keys.T:
        order = np.argsort(-column, kind="stable")
        order = order[column[order] > -np.inf]
        if call.cap_per_cut is not None:
            order = order[occurrence(cuts[order]) <= call.cap_per_cut]
        orders.append(order[: 3 * call.budget + 1].tolist())
    return Lists(orders, keys, cuts, call.cap_per_cut or len(cuts))


@dataclass(slots=True)
class Turns:
    """The state of a walk: which class is next, what is taken, and where each class is in its list."""

    lists: Lists
    classes: int
    turn: int = 0
    at: list[int] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    used: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at = self.at or [0] * self.classes

    def copy(self) -> Turns:
        """A walk that goes on by itself from here."""
        return Turns(self.lists, self.classes, self.turn, list(self.at), set(self.taken), dict(self.used))

    def has_room(self, row: int) -> bool:
        """Whether the row's cut takes another pick."""
        return self.used.get(int(self.lists.cuts[row]), 0) < self.lists.cap

    def step(self) -> tuple[int, int | None]:
        """Give the next class its turn: the class and its pick, None where it finds nothing."""
        number = self.turn % self.classes
        self.turn += 1
        order, at = self.lists.orders[number], self.at[number]
        while at < len(order) and (order[at] in self.taken or not self.has_room(order[at])):
            at += 1
        self.at[number] = at
        if at == len(order):
            return number, None
        row = order[at]
        self.taken.add(row)
        cut = int(self.lists.cuts[row])
        self.used[cut] = self.used.get(cut, 0) + 1
        return number, row

    def walk(self, budget: int) -> Iterator[tuple[int, int | None]]:
        """Steps until ``budget`` more rows are taken or a whole lap finds nothing."""
        idle = 0
        while budget and idle < self.classes:
            number, row = self.step()
            idle = idle + 1 if row is None else 0
            budget -= row is not None
            yield number, row
