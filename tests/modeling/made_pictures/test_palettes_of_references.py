"""What a painted reference says of colours, worked out by hand on small arrays."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.coloring.palettes import colors_apart, nearest_in, palette_of
from modeling.coloring.segments import flattened
from modeling.coloring.subject import Colors
from tests.modeling.made_pictures.conftest import BLUE, RED

WHITE = (255, 255, 255)


def flat(*colors: tuple[int, int, int], side: int = 8) -> np.ndarray:
    """(side, n * side, 3) flat squares beside each other."""
    return np.hstack([np.full((side, side, 3), color, np.uint8) for color in colors])


def drawing() -> tuple[np.ndarray, np.ndarray]:
    """(8, 17, 3) white picture and its ink: two squares, a line between."""
    ink = np.zeros((8, 17), np.uint8)
    ink[:, 8] = 255
    return np.full((8, 17, 3), 255, np.uint8), ink


def test_a_palette_has_the_exact_colours_and_paper() -> None:
    assert palette_of(flat(RED, WHITE, BLUE)).tolist() == [list(BLUE), list(RED), list(WHITE)]


def test_blends_and_specks_are_no_colours_of_a_palette() -> None:
    painted = flat(RED, BLUE, side=40)
    painted[0, 0] = (130, 70, 120)  # 1 of 3200 pixels
    painted[1:9, 1:9] = (RED[0] + 2, RED[1], RED[2])  # like red, and less often
    assert palette_of(painted).tolist() == [list(BLUE), list(RED), list(WHITE)]


def test_white_paper_gives_no_palette() -> None:
    assert palette_of(flat(WHITE)).shape == (0, 3)


def test_the_nearest_colour_is_the_one_that_looks_most_alike() -> None:
    palette = np.array([RED, BLUE], np.uint8)
    assert nearest_in(palette, np.array([[180, 90, 60], [90, 90, 170]], np.uint8)).tolist() == [
        list(RED),
        list(BLUE),
    ]


def test_pictures_of_the_same_colours_elsewhere_are_not_apart() -> None:
    assert colors_apart(flat(RED, BLUE), flat(BLUE, RED)) == 0
    assert colors_apart(flat(RED, BLUE), flat(BLUE, RED, side=16)) == 0


def test_colours_are_apart_by_their_mean_difference_along_seven_directions() -> None:
    black, gray = (
        flat((0, 0, 0)),
        flat((51, 51, 51)),
    )  # 0.2 along the channels and their sum, 0 along differences
    assert colors_apart(black, gray) == pytest.approx(4 * 0.2 / 7)


def test_a_colour_that_is_missing_counts() -> None:
    reference = flat(WHITE, RED)
    assert colors_apart(flat(WHITE, WHITE), reference) > colors_apart(flat(WHITE, (150, 90, 60)), reference)


def test_segments_take_the_colours_of_the_reference_exactly() -> None:
    rgb, ink = drawing()
    made = np.hstack([flat((180, 80, 60)), np.zeros((8, 1, 3), np.uint8), flat((80, 90, 170))])
    drawn = {"ink": ink, "reference": flat(RED, BLUE)}
    found = Colors(reference=True).finished(made, rgb, drawn)
    assert found is not None
    assert found[4, 2].tolist() == list(RED)
    assert found[4, 14].tolist() == list(BLUE)
    np.testing.assert_array_equal(Colors().finished(made, rgb, drawn), flattened(made, ink))


def test_a_blank_reference_leaves_colours_as_they_are() -> None:
    rgb, ink = drawing()
    drawn = {"ink": ink, "reference": np.full_like(rgb, 255)}
    made = np.full_like(rgb, 90)
    np.testing.assert_array_equal(Colors(reference=True).finished(made, rgb, drawn), flattened(made, ink))


def test_the_proposal_is_taken_whose_colours_the_reference_has() -> None:
    proposals = np.stack([flat(WHITE, WHITE), flat((190, 70, 50), WHITE), flat((20, 20, 20), WHITE)])
    assert Colors(reference=True).best(proposals, {"reference": flat(WHITE, RED)}) == 1


def test_the_proposal_is_taken_that_agrees_with_the_dots() -> None:
    dots = np.zeros((16, 16, 4), np.uint8)
    dots[12, 12] = (*BLUE, 255)
    proposals = np.stack([flat(RED), flat(BLUE), flat(WHITE)])
    subject = Colors(dots=4, reference=True)
    assert subject.best(proposals, {"dots": dots, "reference": flat(RED)}) == 1
    assert subject.best(proposals, {"dots": np.zeros_like(dots), "reference": flat(RED)}) == 0


def test_without_hints_no_proposal_is_better() -> None:
    proposals = np.stack([flat(RED), flat(BLUE)])
    assert Colors(dots=4, reference=True).best(proposals, {}) is None
    assert Colors().best(proposals, {"reference": flat(RED)}) is None
