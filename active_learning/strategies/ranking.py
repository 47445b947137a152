"""Orders of candidates, and taking from an order within budget and cap."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from active_learning.strategies.base import Call, Floats, Ints, PoolView


def known(rows: Ints, *arrays: NDArray[Any]) -> Ints:
    """Those of ``rows`` for which every array has a number; a row of a matrix counts by its first column."""
    for array in arrays:
        column = array[rows] if array.ndim == 1 else array[rows, 0]
        rows = rows[~np.isnan(column)] if np.issubdtype(array.dtype, np.floating) else rows
    return rows


def ranked(view: PoolView, values: Floats) -> Ints:
    """(M,) candidates with a value, the highest first, ties by frame id.

    Args:
        view: The pool.
        values: (N,) a number a row; NaN is unscored and never ranked.
    """
    rows = known(view.candidates, values)
    return rows[highest(values[rows])]


def highest(values: Floats, most: int | None = None) -> Ints:
    """Indices of the highest values, the highest first, ties in their order: ``most`` of them, None for all.

    Args:
        values: (M,) without NaN.
        most: Up to which place; only these are sorted.
    """
    if most is None or most >= len(values):
        return np.argsort(-values.astype(np.float64), kind="stable")
    lowest = np.partition(values, len(values) - most)[len(values) - most]
    in_question = np.flatnonzero(values >= lowest)
    return in_question[np.argsort(-values[in_question].astype(np.float64), kind="stable")][:most]


def occurrence(values: NDArray[Any]) -> Ints:
    """(M,) how often each element occurred before its place: [7, 7, 3, 7] gives [0, 1, 0, 2]."""
    order = np.argsort(values, kind="stable")
    in_order = values[order]
    counts = np.empty(len(values), np.int64)
    counts[order] = np.arange(len(values)) - np.searchsorted(in_order, in_order)
    return counts


def take(order: Ints, cuts: Ints, call: Call, used: dict[int, int] | None = None) -> Ints:
    """Walk rows in ``order`` and take those whose cut still has room.

    Args:
        order: (M,) rows, best first.
        cuts: (N,) cut of each row.
        call: Budget and cap.
        used: Picks of each cut so far; counted on in place.

    Returns:
        (K,) rows, K <= budget.
    """
    if call.cap_per_cut is None:
        return order[: call.budget]
    used = {} if used is None else used
    nth = occurrence(cuts[order]) + _counts(cuts[order], used)
    taken = order[nth < call.cap_per_cut][: call.budget]
    for cut in cuts[taken].tolist():
        used[cut] = used.get(cut, 0) + 1
    return taken


def _counts(cuts: Ints, used: dict[int, int]) -> Ints:
    """(M,) picks so far of each row's cut."""
    names, place = np.unique(cuts, return_inverse=True)
    return np.array([used.get(cut, 0) for cut in names.tolist()], np.int64)[place]
