"""Post-processing on maps worked by hand, and what it promises on any map."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from skimage.morphology import skeletonize

from modeling.douga.postprocess import average_fills, line_width, postprocess, thin_lines
from modeling.douga.skeletons import drawn, skeleton
from modeling.labels import IGNORE

X = IGNORE
MAPS = arrays(
    np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=st.sampled_from([*range(10), X])
)


def a(*rows: list[int]) -> NDArray[np.uint8]:
    """A class map."""
    return np.array(rows, np.uint8)


def chances(classes: NDArray[np.uint8], seed: int) -> NDArray[np.float32]:
    """(10, H, W) that sum to one, drawn at random."""
    drawn_ = np.random.default_rng(seed).random((10, *classes.shape), dtype=np.float32)
    return drawn_ / drawn_.sum(0)


T_JUNCTION = a(
    [1, 1, 1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1, 1],
    [0, 0, 0, 2, 2, 0, 0],
    [0, 0, 0, 2, 2, 0, 0],
    [0, 0, 0, 2, 2, 0, 0],
)


def test_skeleton_of_a_t_junction() -> None:
    assert skeleton(T_JUNCTION > 0).astype(int).tolist() == [
        [1, 1, 1, 1, 1, 1, 1],
        [0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 0, 0],
    ]


def test_t_junction_drawn_again_with_its_classes() -> None:
    # (2, 2) is as near to the bar above as to the stem beside it: the lower class, the visible line, wins
    assert thin_lines(T_JUNCTION).tolist() == [
        [1, 1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1, 1],
        [0, 0, 1, 2, 2, 0, 0],
        [0, 0, 2, 2, 2, 0, 0],
        [0, 0, 2, 2, 2, 0, 0],
    ]


def test_a_line_of_one_pixel_becomes_three_and_of_one_stays() -> None:
    line = a([0, 0, 0, 0], [0, 0, 0, 0], [3, 3, 4, 4], [6, 6, 6, 6], [6, 6, 6, 6])
    assert thin_lines(line).tolist() == [[0, 0, 0, 0], *[[3, 3, 4, 4]] * 3, [6, 6, 6, 6]]
    assert thin_lines(line, width=1).tolist() == line.tolist()


@pytest.mark.parametrize(
    ("height", "width", "drawn_at"),
    [
        (1080, 1920, 3),
        (1072, 1912, 3),
        (720, 1280, 3),  # 2 px: as near to 1 as to 3
        (719, 1280, 1),
        (540, 960, 1),  # 1.5 px
        (1440, 2560, 5),  # 4 px
        (2160, 3840, 7),  # 6 px
        (3000, 1080, 3),  # a pan downwards
        (8, 8, 1),
    ],
)
def test_lines_are_as_wide_as_the_frame_is_large(height: int, width: int, drawn_at: int) -> None:
    assert line_width(height, width) == drawn_at


@pytest.mark.parametrize(("size", "drawn_at"), [(540, 1), (1080, 3)])
def test_a_line_of_five_pixels_is_thinned_by_the_size_of_its_frame(size: int, drawn_at: int) -> None:
    line = np.zeros((size, size), np.uint8)
    line[100:105] = 1
    around = slice(102 - drawn_at // 2, 103 + drawn_at // 2)
    for width, kept in ((0, around), (5, slice(100, 105))):
        assert (postprocess(line, width=width)[:, size // 2] == 1).nonzero()[0].tolist() == list(
            range(kept.start, kept.stop)
        )


def test_what_a_thick_line_frees_goes_to_the_nearest_fill() -> None:
    thick = np.repeat(a([6], [4], [4], [4], [4], [4], [8]), 15, axis=1)
    assert thin_lines(thick)[:, 7].tolist() == [6, 6, 4, 4, 4, 8, 8]


def test_what_a_very_thick_line_frees_goes_to_the_nearest_fill_too() -> None:
    thick = np.repeat(a([6], *[[4]] * 10, [8]), 25, axis=1)
    thinned = thin_lines(thick)[:, 12].tolist()
    assert thinned.count(4) == 3
    assert thinned[:4] == [6] * 4
    assert thinned[-4:] == [8] * 4


def test_a_solid_is_no_line_and_stays_while_the_line_that_leaves_it_is_thinned() -> None:
    solid = np.zeros((41, 61), np.uint8)
    cv2.circle(solid, (20, 20), 12, 1, -1)
    solid[18:23, 32:55] = 1
    thinned = thin_lines(solid)
    inside = np.zeros_like(solid)
    cv2.circle(inside, (20, 20), 10, 1, -1)
    assert (thinned[inside == 1] == 1).all()
    assert (thinned[:, 45] == 1).nonzero()[0].tolist() == [19, 20, 21]


def test_a_line_along_the_border_is_no_solid() -> None:
    line = np.zeros((20, 40), np.uint8)
    line[:7] = 1
    assert (thin_lines(line)[:, 20] == 1).sum() == 3


def test_without_any_fill_lines_stay_lines() -> None:
    assert (thin_lines(np.full((9, 9), 5, np.uint8)) == 5).all()


def test_nothing_is_drawn_over_ignore() -> None:
    line = a([0, 0, X, 0], [1, 1, 1, 1], [0, X, 0, 0])
    assert thin_lines(line).tolist() == [[1, 1, X, 1], [1, 1, 1, 1], [1, X, 1, 1]]


def test_each_area_takes_the_fill_of_most_of_its_pixels() -> None:
    mixed = a([6, 6, 1, 8, 0], [6, 0, 1, 0, 8], [7, 7, 1, X, 8])
    # left: 6 three times; right: 8 three times against two; the line and 255 stay
    assert average_fills(mixed).tolist() == [[6, 6, 1, 8, 8], [6, 6, 1, 8, 8], [6, 6, 1, X, 8]]


def test_a_draw_goes_to_the_lower_class() -> None:
    assert average_fills(a([7, 6], [6, 7])).tolist() == [[6, 6], [6, 6]]


def test_a_diagonal_line_and_ignore_part_areas() -> None:
    parted = a([1, 6, 6], [0, 1, 6], [0, 0, 1])
    assert average_fills(parted).tolist() == parted.tolist()
    assert average_fills(a([6, 6, X, 0, 0])).tolist() == [[6, 6, X, 0, 0]]


def test_mean_probabilities_outvote_the_majority() -> None:
    area = a([0, 0, 6])
    probabilities = np.zeros((10, 1, 3))
    probabilities[0] = [[0.5, 0.5, 0.0]]
    probabilities[6] = [[0.4, 0.4, 0.9]]
    probabilities[1] = [[0.1, 0.1, 0.1]]
    # means: 1/3 for flat area, 1.7/3 for shading fill
    assert average_fills(area, probabilities).tolist() == [[6, 6, 6]]
    assert average_fills(area).tolist() == [[0, 0, 0]]


def test_probabilities_name_no_class_that_the_map_lacks() -> None:
    probabilities = np.zeros((10, 1, 2))
    probabilities[9] = 1.0
    assert average_fills(a([0, 6]), probabilities).tolist() == [[0, 0]]


def test_steps_are_independent_and_the_input_stays() -> None:
    given_ = T_JUNCTION.copy()
    given_[4, 0] = 6
    before = given_.copy()
    assert (postprocess(given_, average=False, width=3) == thin_lines(given_)).all()
    assert (postprocess(given_, thin=False) == average_fills(given_)).all()
    assert (postprocess(given_, thin=False, average=False) == given_).all()
    assert (given_ == before).all()


def test_wrong_calls_are_refused() -> None:
    with pytest.raises(ValueError, match="odd"):
        drawn(np.ones((2, 2), bool), 2)
    with pytest.raises(ValueError, match="shape"):
        average_fills(T_JUNCTION, np.zeros((10, 2, 2)))


@settings(deadline=None)
@given(MAPS, st.booleans(), st.booleans(), st.sampled_from([None, 0, 1]))
def test_no_class_is_invented_and_ignore_never_changes(
    classes: NDArray[np.uint8], thin: bool, average: bool, seed: int | None
) -> None:
    probabilities = None if seed is None else chances(classes, seed)
    cleaned = postprocess(classes, probabilities, thin=thin, average=average)
    assert cleaned.dtype == np.uint8
    assert set(np.unique(cleaned)) <= set(np.unique(classes))
    assert ((cleaned == IGNORE) == (classes == IGNORE)).all()


@settings(deadline=None)
@given(arrays(bool, array_shapes(min_dims=2, max_dims=2, max_side=12)))
def test_the_skeleton_is_that_of_scikit_image(mask: NDArray[np.bool_]) -> None:
    # ours looks only at the box that holds the mask
    assert (skeleton(mask) == skeletonize(mask, method="zhang")).all()


@settings(deadline=None)
@given(MAPS)
def test_averaging_leaves_lines_and_is_done_after_once(classes: NDArray[np.uint8]) -> None:
    once = average_fills(classes)
    lines = (classes >= 1) & (classes <= 5)
    assert (once[lines] == classes[lines]).all()
    assert (average_fills(once) == once).all()


@settings(deadline=None)
@given(MAPS)
def test_thinning_is_a_line_wherever_the_skeleton_was(classes: NDArray[np.uint8]) -> None:
    lines = (classes >= 1) & (classes <= 5)
    kept = skeleton(lines)
    thinned = thin_lines(classes)
    assert (thinned[kept] == classes[kept]).all()
