"""Metrics worked by hand on 2 x 4 masks."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.labels import IGNORE
from modeling.metrics import (
    Interval,
    bootstrap_interval,
    confusion,
    frame_row,
    iou,
    iou_interval,
    mean_iou,
    mean_iou_in_truth,
    median,
    median_interval,
    per_class,
    pixel_accuracy,
    sum_counts,
)

TRUTH = np.array([[0, 0, 1, 1], [0, 1, 1, IGNORE]], np.uint8)
GUESS = np.array([[0, 1, 1, 1], [0, 0, 1, 1]], np.uint8)
NAMES = ("background", "cel")


def test_one_frame_by_hand() -> None:
    counts = confusion(TRUTH, GUESS, 2)
    assert counts.tolist() == [[2, 1], [1, 3]]
    assert iou(counts) == pytest.approx(3 / 5)
    assert pixel_accuracy(counts) == pytest.approx(5 / 7)
    background, cel = per_class(counts, NAMES)
    assert (background["iou"], background["pixels"]) == (pytest.approx(2 / 4), 3)
    assert (cel["precision"], cel["recall"]) == (pytest.approx(3 / 4), pytest.approx(3 / 4))
    assert mean_iou(counts, NAMES) == (pytest.approx((3 / 5 + 2 / 4) / 2), [])
    row = frame_row(counts)
    assert (row["false_cel"], row["missed_cel"]) == (pytest.approx(1 / 7), pytest.approx(1 / 7))


def test_empty_against_empty_is_one_and_the_class_is_absent() -> None:
    counts = confusion(np.zeros((2, 4), np.uint8), np.zeros((2, 4), np.uint8), 2)
    assert iou(counts) == 1.0
    assert mean_iou(counts, NAMES) == (1.0, ["cel"])


def test_wholly_ignored_counts_nothing() -> None:
    counts = confusion(np.full((2, 4), IGNORE, np.uint8), GUESS, 2)
    assert counts.sum() == 0
    assert pixel_accuracy(counts) is None
    assert frame_row(counts) == {"iou": 1.0, "false_cel": None, "missed_cel": None}


def test_pooling_weighs_pixels_not_frames() -> None:
    large, small = np.array([[0, 0], [0, 90]]), np.array([[0, 10], [0, 0]])
    assert iou(sum_counts([large, small])) == pytest.approx(0.9)
    assert iou(sum_counts([])) == 1.0


def test_interval_draws_whole_cuts() -> None:
    good, bad = np.array([[5, 0], [0, 10]]), np.array([[5, 10], [0, 0]])
    interval = iou_interval([good, good, bad, bad], ["a", "a", "b", "b"])
    assert interval is not None
    # two cuts drawn twice: both good, one of each (10 / 20), or both bad
    assert (interval.low, interval.high) == (0.0, 1.0)
    assert iou_interval([good, bad], ["a", "a"]) is None
    assert iou_interval([good, bad], ["a", "b"], seed=3) == iou_interval([good, bad], ["a", "b"], seed=3)


def test_any_scalar_of_counts_is_bootstrapped_over_cuts() -> None:
    frames, cuts = [np.array([3, 1]), np.array([1, 1]), np.array([0, 0])], ["a", "b", "c"]
    share = bootstrap_interval(frames, cuts, lambda c: float(c[1] / c[0]) if c[0] else None)
    # c alone has nothing to divide by and is left out; a alone gives 1/3, b alone 1
    assert share is not None
    assert (share.low, share.high) == (pytest.approx(1 / 3), 1.0)
    assert bootstrap_interval(frames, cuts, lambda c: None) is None
    assert bootstrap_interval(frames, ["a", "a", "a"], lambda c: 1.0) is None


def test_iou_interval_is_the_bootstrap_of_iou() -> None:
    counts = [np.array([[5, 1], [2, n]]) for n in (3, 9, 27)]
    assert iou_interval(counts, ["a", "b", "c"]) == bootstrap_interval(counts, ["a", "b", "c"], iou)


def test_median_and_its_interval() -> None:
    assert median([0.25, None, 0.5, 1.0]) == 0.5
    assert median([None]) is None
    assert median_interval([0.5, None], ["a", "b"]) == (0.5, Interval(0.5, 0.5))
    assert median_interval([0.5, 0.75], ["a", "a"]) == (0.625, None)


def test_a_class_that_is_only_predicted_is_absent_from_the_truth() -> None:
    counts = confusion(np.zeros((2, 4), np.uint8), GUESS, 2)
    # all eight are background, three of them found
    assert mean_iou_in_truth(counts, NAMES) == (pytest.approx(3 / 8), ["cel"])
    assert mean_iou(counts, NAMES) == (pytest.approx(3 / 16), [])
    assert mean_iou_in_truth(np.zeros((2, 2), np.int64), NAMES) == (None, list(NAMES))
