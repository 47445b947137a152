"""How much two rankings differ at the top."""

from __future__ import annotations

import numpy as np

from active_learning.ranks import Reordered, reordered


def test_picks_that_change_are_counted() -> None:
    first = np.array([4.0, 3, 2, 1, np.nan])
    second = np.array([4.0, 1, 2, 3, 9])
    # of the top two, 0 and 1, the second has 0 and 3; of six pairs three are the other way round
    assert reordered(first, second, 2) == Reordered(frames=4, top=2, differ=1, kendall=0.0)
    assert reordered(first, first, 2) == Reordered(4, 2, 0, 1.0)
    assert reordered(first, -first, 9) == Reordered(4, 4, 0, -1.0)


def test_nothing_to_rank_is_nothing_and_ties_have_no_tau() -> None:
    assert reordered(np.array([np.nan]), np.array([1.0]), 3) is None
    assert reordered(np.ones(3), np.arange(3.0), 1) == Reordered(3, 1, 1, None)
