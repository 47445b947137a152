"""Three-way pictures, pixel by pixel."""

from __future__ import annotations

import numpy as np

from modeling.labels import KINDS
from modeling.training.overlays import (
    BOTH_WRONG,
    COLORS,
    ONLY_NEW,
    ONLY_OLD,
    encode_webp,
    painted,
    shares,
    three_way,
    verdicts,
)

TRUTH = np.array([[0, 0, 1, 1, 255]], np.uint8)
OLD = np.array([[0, 1, 1, 0, 1]], np.uint8)
NEW = np.array([[0, 1, 0, 1, 0]], np.uint8)


def test_who_is_right() -> None:
    codes = verdicts(TRUTH, OLD, NEW)
    assert codes.tolist() == [[0, BOTH_WRONG, ONLY_OLD, ONLY_NEW, 255]]
    assert shares(codes) == (0.25, 0.25, 0.25, 0.25)
    assert shares(np.full((2, 2), 255, np.uint8)) == (0, 0, 0, 0)


def test_colours_over_the_frame_in_grey() -> None:
    picture = three_way(np.full((1, 5, 3), 200, np.uint8), TRUTH, OLD, NEW, side=100)
    assert picture[0, 0].tolist() == [100, 100, 100]
    expected = [COLORS[BOTH_WRONG], COLORS[ONLY_OLD], COLORS[ONLY_NEW], COLORS[255]]
    assert [tuple(pixel) for pixel in picture[0, 1:].tolist()] == expected
    assert encode_webp(picture)[8:12] == b"WEBP"


def test_a_changed_pixel_survives_being_reduced() -> None:
    truth = np.zeros((8, 8), np.uint8)
    new = truth.copy()
    new[3, :] = 1
    picture = three_way(np.zeros((8, 8, 3), np.uint8), truth, truth, new, side=2)
    # 4 of the 16 pixels of each upper quarter changed for the worse, and weigh eight times as much
    assert [tuple(pixel) for pixel in picture[0].tolist()] == [COLORS[ONLY_OLD]] * 2
    assert picture[1].tolist() == [[0, 0, 0]] * 2


def test_class_maps_have_their_colours() -> None:
    assert painted(TRUTH, KINDS["cel"], 100)[0].tolist() == [[0] * 3] * 2 + [[255] * 3] * 2 + [[24] * 3]
