"""Metrics of depth, worked by hand on small arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeling.depth.metrics import (
    ALIGNED,
    FARTHEST,
    RAW,
    SHAPE,
    aligned,
    depth_counts,
    error_sums,
    figures_of,
)


def test_errors_by_hand() -> None:
    truth, guess = np.array([0.5, 0.4, 0.2, 0.8]), np.array([0.5, 0.5, 0.4, 0.2])
    found = figures_of(error_sums(truth, guess))
    assert found["mae"] == pytest.approx((0 + 0.1 + 0.2 + 0.6) / 4)
    assert found["rmse"] == pytest.approx(math.sqrt((0.01 + 0.04 + 0.36) / 4))
    assert found["log10"] == pytest.approx((0 + math.log10(1.25) + math.log10(2) + math.log10(4)) / 4)


def test_thresholds_are_ratios_either_way_and_strict() -> None:
    truth = np.full(6, 0.4)
    guess = truth * np.array([1.24, 1 / 1.24, 1.26, 1.55, 1.9, 2.1])
    found = figures_of(error_sums(truth, guess))
    assert [found[f"within_1_25{power}"] for power in ("", "_2", "_3")] == [
        pytest.approx(share) for share in (2 / 6, 4 / 6, 5 / 6)
    ]


def test_a_ratio_is_that_of_depth_and_of_inverse_depth() -> None:
    truth, guess = np.array([0.3, 0.7]), np.array([0.36, 0.5])
    assert error_sums(truth, guess)[3] == pytest.approx(error_sums(0.21 / truth, 0.21 / guess)[3])


def test_beyond_the_cap_all_is_as_far() -> None:
    far = np.array([0.5 / FARTHEST, 0.001])
    found = figures_of(error_sums(far, far[::-1]))
    assert (found["within_1_25"], found["log10"]) == (1, 0)
    assert found["mae"] > 0


def test_alignment_undoes_scale_and_shift() -> None:
    truth = np.array([0.2, 0.5, 0.6, 0.9])
    np.testing.assert_allclose(aligned(truth, 0.3 * truth + 0.4), truth)
    np.testing.assert_allclose(aligned(truth, 1 - truth), truth)
    # a flat guess has no scale: the mean is the best there is
    np.testing.assert_allclose(aligned(truth, np.full(4, 0.1)), np.full(4, 0.55))


@given(st.lists(st.tuples(*[st.floats(0.05, 1)] * 2), min_size=2, max_size=20))
def test_alignment_never_makes_the_squared_error_larger(pairs: list[tuple[float, float]]) -> None:
    truth, guess = np.array(pairs).T
    assert ((aligned(truth, guess) - truth) ** 2).sum() <= ((guess - truth) ** 2).sum() + 1e-9


def test_unknown_pixels_count_nowhere_and_counts_add_up() -> None:
    truth = np.array([[0.5, 0.0, 0.4], [0.0, 0.2, 0.0]], np.float32)
    guess = np.array([[0.4, 0.9, 0.4], [0.1, 0.3, 1.0]], np.float32)
    counts = depth_counts(truth, guess)
    assert counts.shape == SHAPE
    assert counts[RAW, 0] == counts[ALIGNED, 0] == 3
    assert figures_of(counts[RAW])["mae"] == pytest.approx(0.2 / 3)
    assert figures_of((counts + counts)[RAW]) == pytest.approx(figures_of(counts[RAW]))


def test_without_a_known_pixel_nothing_is_said() -> None:
    counts = depth_counts(np.zeros((2, 3), np.float32), np.ones((2, 3), np.float32))
    assert set(figures_of(counts[RAW]).values()) == {None}
