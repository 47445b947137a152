"""What labelling a frame takes, counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from active_learning.simulation.effort import MEASURES, Work, border_length, effort_of, work_of, wrong_regions


def square(top: int, left: int, side: int, cls: int = 1) -> np.ndarray:
    """(20, 30) uint8 with a square of a class."""
    classes = np.zeros((20, 30), np.uint8)
    classes[top : top + side, left : left + side] = cls
    return classes


def test_a_squares_border_is_its_perimeter() -> None:
    assert border_length(square(5, 5, 4)) == 16


def test_what_is_ignored_borders_on_nothing() -> None:
    classes = square(5, 5, 4)
    classes[:, 9:] = 255  # its right side
    assert border_length(classes) == 12


def test_wrong_regions_are_counted_with_their_borders_and_specks_are_not() -> None:
    truth, draft = square(2, 2, 4), square(2, 20, 3)
    draft[15, 15] = 1  # below eight pixels
    # 4 x 4 missed and 3 x 3 too much
    assert wrong_regions(truth, draft) == (2, 16 + 12)


def test_nothing_is_wrong_where_it_is_ignored() -> None:
    truth = np.full((20, 30), 255, np.uint8)
    assert wrong_regions(truth, square(2, 2, 4)) == (0, 0)


def test_a_good_draft_costs_its_mending_and_a_bad_one_no_more_than_drawing_anew() -> None:
    truth = square(2, 2, 8)
    actions = MEASURES["actions"]
    # 50 wide and high together: 12.5 a frame, 50 / 64 a region; the border of 8 x 8 is 32
    anew = 12.5 + 32 + 50 / 64
    assert effort_of(work_of(truth, None), actions) == pytest.approx(anew)
    assert effort_of(work_of(truth, truth), actions) == pytest.approx(12.5)
    half = truth.copy()
    half[2:10, 6:10] = 0  # 4 x 8 missed
    assert effort_of(work_of(truth, half), actions) == pytest.approx(12.5 + 24 + 50 / 64)
    assert effort_of(work_of(truth, square(9, 9, 10)), actions) == pytest.approx(anew)


def test_the_border_measure_knows_no_draft() -> None:
    work = Work(border=100, regions=3, wrong_border=0, wrong_regions=0, perimeter=600)
    assert effort_of(work, MEASURES["border"]) == pytest.approx(250)
