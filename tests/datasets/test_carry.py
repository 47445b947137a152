"""Labels carried from one drawing to another."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.video.carry import carry, reverse
from datasets.video.motion import motion_between
from tests.datasets.makers import Picture, figure

HEIGHT, WIDTH = 144, 256


def painted(seed: int, width: int = 400) -> Picture:
    """A plate with structure everywhere, so that motions can be told."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(60, 200, (24, width // 10, 3), np.uint8)
    return cv2.resize(coarse, (width, HEIGHT), interpolation=cv2.INTER_CUBIC)


def mask(x: int) -> np.ndarray:
    """The cel of `makers.figure`."""
    label = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.rectangle(label, (x - 1, 39), (x + 41, 121), 1, -1)
    return label


def iou(label: np.ndarray, truth: np.ndarray) -> float:
    return float(((label == 1) & (truth == 1)).sum() / ((label == 1) | (truth == 1)).sum())


def test_the_same_drawing_is_taken_whole() -> None:
    picture = figure(painted(1)[:, :WIDTH], 80)
    label = mask(80)
    label[5, 5] = 255
    carried = carry(picture, picture.copy(), label, two_fills=True)
    assert (carried.how, carried.moved) == ("same", None)
    assert np.array_equal(carried.label, label)
    assert carried.known.all()


@pytest.mark.parametrize("step", [4, 12, 30])
def test_a_figure_is_followed_better_than_copied(step: int) -> None:
    plate = painted(1)[:, :WIDTH]
    carried = carry(figure(plate, 60), figure(plate, 60 + step), mask(60), two_fills=True)
    truth = mask(60 + step)
    assert iou(carried.label, truth) > max(0.93, iou(mask(60), truth))
    assert (carried.label == truth)[carried.known].mean() > 0.999
    x0, y0, x1, y1 = carried.moved or (0, 0, 0, 0)
    assert 55 <= x0 <= 62
    assert 100 + step <= x1 <= 106 + step
    assert 36 <= y0 < y1 <= 126


def test_a_figure_that_is_followed_by_the_camera_stays_while_its_plate_pans() -> None:
    wide = painted(2)
    before, after = figure(wide[:, 40 : 40 + WIDTH], 100), figure(wide[:, 28 : 28 + WIDTH], 100)
    carried = carry(before, after, mask(100), two_fills=True)
    assert iou(carried.label, mask(100)) > 0.97
    assert not carried.known[:, :12].any()  # what the pan brought in is not known


@settings(max_examples=10, deadline=None)
@given(pan=st.integers(-20, 20))
def test_the_way_back_undoes_a_pan(pan: int) -> None:
    wide = painted(3)
    before, after = wide[:, 60 : 60 + WIDTH], wide[:, 60 - pan : 60 - pan + WIDTH]
    motion = motion_between(before, after)
    label = mask(110)
    there = carry(before, after, label, two_fills=True, motion=motion)
    back = carry(after, before, there.label, two_fills=True, motion=reverse(motion))
    inside = slice(24, WIDTH - 24)
    assert np.array_equal(back.label[:, inside], label[:, inside])


def test_values_are_taken_whole_and_ignored_pixels_stay_so() -> None:
    plate = painted(4)[:, :WIDTH]
    label = np.where(mask(60) == 1, 13, 0).astype(np.uint8)
    label[60:80, 70:80] = 255
    carried = carry(figure(plate, 60), figure(plate, 70), label, two_fills=False)
    assert set(np.unique(carried.label)) == {0, 13, 255}
    assert 50 < np.count_nonzero(carried.label == 255) < 400


def test_it_is_the_same_each_time() -> None:
    plate = painted(5)[:, :WIDTH]
    pair = figure(plate, 60), figure(painted(6)[:, :WIDTH], 120)
    first, again = (carry(*pair, mask(60), two_fills=True).label for _ in range(2))
    assert np.array_equal(first, again)


@pytest.mark.parametrize("label", [np.zeros((HEIGHT, WIDTH), np.uint8), np.ones((HEIGHT, WIDTH), np.uint8)])
def test_a_label_of_one_value_stays_one(label: np.ndarray) -> None:
    plate = painted(7)[:, :WIDTH]
    carried = carry(figure(plate, 60), figure(plate, 90), label, two_fills=True)
    assert np.array_equal(carried.label, label)
