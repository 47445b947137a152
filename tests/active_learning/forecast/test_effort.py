"""Frames as minutes."""

from __future__ import annotations

import numpy as np

from active_learning.forecast import Range, minutes_a_frame, range_of


def test_a_range_reaches_as_far_as_what_was_drawn() -> None:
    assert range_of(np.array([4.0, 1, np.inf, 2]), 0.5) == Range(2, 4, np.inf)
    assert range_of(np.full(9, 3.0)) == Range(3, 3, 3)


def test_a_frame_takes_what_frames_took() -> None:
    chance = np.random.default_rng(0)
    found = minutes_a_frame(np.array([2.0, 4]), np.array([6.0, 12]), chance, 5)
    assert found is not None
    assert found.tolist() == [3.0] * 5


def test_rounds_of_different_pace_give_a_range_between_them() -> None:
    found = minutes_a_frame(np.array([2.0, 2]), np.array([2.0, 6]), np.random.default_rng(0), 100)
    assert found is not None
    assert set(found.tolist()) == {1.0, 2.0, 3.0}


def test_nothing_is_known_where_nothing_was_added_or_logged() -> None:
    chance = np.random.default_rng(0)
    assert minutes_a_frame(np.zeros(2), np.array([5.0, 5]), chance, 9) is None
    assert minutes_a_frame(np.array([3.0, 3]), np.zeros(2), chance, 9) is None
