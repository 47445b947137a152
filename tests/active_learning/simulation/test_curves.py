"""Curves as numbers, worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from active_learning.simulation.curves import class_quality, first_reach, height_weights, ious, mean_ious
from modeling.metrics import iou, mean_iou_in_truth

X = np.array([8.0, 16.0, 32.0])
Y = np.array([0.4, 0.6, 0.8])


def test_the_area_is_that_of_the_trapezia_over_the_width() -> None:
    # (0.5 x 8 + 0.7 x 16) / 24
    assert height_weights(X, 8, 32) @ Y == pytest.approx(15.2 / 24)


def test_the_area_between_two_places_cuts_the_line_there() -> None:
    # 0.5 at 12, 0.6 at 16, 0.7 at 24: (0.55 x 4 + 0.65 x 8) / 12
    assert height_weights(X, 12, 24) @ Y == pytest.approx(7.4 / 12)
    assert height_weights(X, 12, 12) @ Y == pytest.approx(0.5)


@given(st.floats(8, 32), st.floats(8, 32))
def test_weights_of_a_flat_curve_give_its_height(one: float, other: float) -> None:
    assert height_weights(X, min(one, other), max(one, other)).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("goal", "place"), [(0.4, 8), (0.3, 8), (0.5, 12), (0.65, 20), (0.8, 32), (0.81, math.inf)]
)
def test_a_goal_is_reached_between_rounds_or_not_at_all(goal: float, place: float) -> None:
    assert first_reach(X, Y, goal) == pytest.approx(place)


def test_a_curve_that_falls_again_has_reached_its_goal() -> None:
    assert first_reach(X, np.array([0.2, 0.6, 0.4]), 0.5) == pytest.approx(14)


@given(arrays(np.int64, (2, 2), elements=st.integers(0, 50)))
def test_iou_is_that_of_the_metrics(counts: np.ndarray) -> None:
    assert ious(counts[None])[0] == pytest.approx(iou(counts))


@given(arrays(np.int64, (3, 3), elements=st.integers(0, 4)))
def test_mean_iou_is_that_of_the_metrics(counts: np.ndarray) -> None:
    expected, _ = mean_iou_in_truth(counts, ["a", "b", "c"])
    found = float(mean_ious(counts[None])[0])
    assert math.isnan(found) if expected is None else found == pytest.approx(expected)


def test_quality_of_a_class_that_is_nowhere_is_unknown() -> None:
    found = class_quality(np.array([[3, 1, 0], [0, 4, 0], [0, 0, 0]]))
    assert found[:2] == pytest.approx([3 / 4, 4 / 5])
    assert math.isnan(found[2])
