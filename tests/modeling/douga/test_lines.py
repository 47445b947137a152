"""Line metrics on lines of seven pixels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.douga.lines import (
    GROUPS,
    f_score,
    line_counts,
    line_iou,
    line_rows,
    precision,
    recall,
    scalar,
)
from modeling.labels import IGNORE
from modeling.metrics import bootstrap_interval, median_interval

Classes = NDArray[np.uint8]


def row_of(cls: int, row: int, height: int = 5, width: int = 7) -> Classes:
    """A map with a horizontal line in one row."""
    classes = np.zeros((height, width), np.uint8)
    classes[row] = cls
    return classes


def of(truth: Classes, guess: Classes, measure: str, group: str = "visible_line", score=f_score):  # type: ignore[no-untyped-def]
    """One scalar of one frame."""
    return scalar(group, measure, score)(line_counts(truth, guess))


def test_the_same_line_is_met_everywhere() -> None:
    line = row_of(1, 2)
    rows = {row["name"]: row for row in line_rows(line_counts(line, line))}
    assert tuple(rows) == GROUPS
    assert all(value == 1 for key, value in rows["visible_line"].items() if key != "name")
    assert all(value is None for key, value in rows["book_line"].items() if key != "name")


def test_a_line_shifted_by_one_pixel() -> None:
    truth, guess = row_of(1, 1), row_of(1, 2)
    assert [of(truth, guess, measure) for measure in ("0px", "1px", "2px")] == [0, 1, 1]
    assert [of(truth, guess, m, score=line_iou) for m in ("0px", "1px", "2px")] == [0, 1, 1]
    assert [of(truth, guess, m) for m in ("skeleton_0px", "skeleton_1px", "cldice")] == [0, 1, 0]
    assert of(truth, guess, "skeleton_cldice") == 1


def test_two_pixels_are_beyond_one() -> None:
    assert [of(row_of(1, 1), row_of(1, 3), measure) for measure in ("1px", "2px")] == [0, 1]


def test_tolerance_is_euclidean() -> None:
    truth, guess = np.zeros((2, 2), np.uint8), np.zeros((2, 2), np.uint8)
    truth[0, 0] = guess[1, 1] = 1
    assert [of(truth, guess, measure) for measure in ("1px", "2px", "skeleton_cldice")] == [0, 1, 1]


def test_a_broken_line() -> None:
    truth, guess = row_of(1, 2), row_of(1, 2)
    guess[2, 3] = 0
    # all six predicted are right, six of seven true ones are found: 2 x 6/7 / (1 + 6/7)
    assert of(truth, guess, "cldice") == pytest.approx(12 / 13)
    assert of(truth, guess, "0px") == pytest.approx(12 / 13)
    assert of(truth, guess, "0px", score=line_iou) == pytest.approx(6 / 7)
    assert (of(truth, guess, "0px", score=precision), of(truth, guess, "0px", score=recall)) == (
        1,
        pytest.approx(6 / 7),
    )
    assert of(truth, guess, "1px") == 1


def test_width_decides_on_masks_and_not_on_skeletons() -> None:
    truth, guess = row_of(1, 2), row_of(1, 2)
    guess[1:4] = 1
    # 7 of 21 predicted pixels, all 7 true ones
    assert of(truth, guess, "0px") == pytest.approx(2 * (1 / 3) / (4 / 3))
    # the thick line's skeleton is (2, 0) to (2, 4) and (1, 5): 1.4 px from the seventh true pixel, (2, 6)
    assert of(truth, guess, "skeleton_1px") == pytest.approx(12 / 13)
    assert of(truth, guess, "skeleton_cldice") == 1


def test_another_line_class_is_wrong_for_it_and_right_for_the_group() -> None:
    truth, guess = row_of(1, 2), row_of(3, 2)
    assert of(truth, guess, "1px") == 0
    assert of(truth, guess, "1px", "color_edge") == 0
    assert of(truth, guess, "1px", "lines") == 1


def test_ignore_and_the_band_around_it_count_on_neither_side() -> None:
    truth, guess = row_of(1, 2), row_of(1, 2)
    truth[:, 6] = IGNORE
    counts = line_counts(truth, guess)[0]
    # six of seven pixels at 0 px; the next one is left out at 1 px, another at 2 px
    assert [counts[column].tolist() for column in range(3)] == [[6, 6, 6, 6], [5, 5, 5, 5], [4, 4, 4, 4]]


def test_pixels_of_the_band_are_still_partners() -> None:
    truth, guess = np.zeros((3, 7), np.uint8), np.zeros((3, 7), np.uint8)
    truth[1, 6] = IGNORE
    truth[1, 5] = guess[1, 4] = 1
    # (1, 5) touches 255 and is not counted at 1 px, but (1, 4) is met by it
    assert line_counts(truth, guess)[0, 1].tolist() == [1, 1, 0, 0]


def test_a_line_drawn_in_ignore_is_no_line() -> None:
    truth, guess = np.zeros((3, 7), np.uint8), row_of(1, 1, height=3)
    truth[1] = IGNORE
    assert line_counts(truth, guess).sum() == 0
    assert of(truth, guess, "0px") is None


def test_nothing_against_something_is_zero() -> None:
    empty = np.zeros((5, 7), np.uint8)
    assert of(row_of(1, 2), empty, "cldice") == 0
    assert of(empty, row_of(1, 2), "2px", score=line_iou) == 0
    assert of(empty, empty, "1px", score=line_iou) is None


def test_counts_of_frames_add_up_and_are_drawn_by_cuts() -> None:
    good, bad = line_counts(row_of(1, 1), row_of(1, 1)), line_counts(row_of(1, 1), row_of(1, 4))
    f = scalar("visible_line", "1px")
    assert f(good + bad) == pytest.approx(1 / 2)
    interval = bootstrap_interval([good, bad, bad], ["a", "b", "b"], f)
    assert interval is not None
    assert (interval.low, interval.high) == (0, 1)
    middle, around = median_interval([f(good), f(bad), f(bad)], ["a", "b", "b"])
    assert middle == 0
    assert around is not None
    assert (around.low, around.high) == (0, 1)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError):
        scalar("lines", "3px")
