"""A painted frame that is moved to where another drawing has its lines."""

from __future__ import annotations

import cv2
import numpy as np

from modeling.coloring.registering import registered
from modeling.coloring.subject import Colors
from tests.modeling.made_pictures.conftest import BLUE, RED

SIZE = (120, 160)


def figure(x: int, y: int) -> tuple[np.ndarray, np.ndarray]:
    """(120, 160, 3) a red disc on a blue box on white paper, and their (120, 160) outlines."""
    rgb, ink = np.full((*SIZE, 3), 255, np.uint8), np.zeros(SIZE, np.uint8)
    for shape in (rgb, ink):
        color = (RED, BLUE) if shape is rgb else (0, 0)
        cv2.rectangle(shape, (x - 20, y), (x + 20, y + 40), color[1], cv2.FILLED)
        cv2.circle(shape, (x, y), 15, color[0], cv2.FILLED)
    cv2.rectangle(ink, (x - 20, y), (x + 20, y + 40), 255)
    cv2.circle(ink, (x, y), 15, 0, cv2.FILLED)
    cv2.circle(ink, (x, y), 15, 255)
    return rgb, ink


def test_paint_moves_with_the_lines_and_keeps_its_colours() -> None:
    (shown, its_ink), (wanted, ink) = figure(60, 40), figure(85, 52)
    found = registered(shown, its_ink, ink)
    assert (found != wanted).any(-1).mean() < 0.02 < (shown != wanted).any(-1).mean()
    assert {tuple(color) for color in np.unique(found.reshape(-1, 3), axis=0).tolist()} == {
        RED,
        BLUE,
        (255, 255, 255),
    }


def test_without_lines_to_follow_it_stays_where_it_is() -> None:
    shown, ink = figure(60, 40)
    assert registered(shown, np.zeros_like(ink), ink) is shown
    assert registered(shown, ink, np.zeros_like(ink)) is shown


def test_it_stays_where_its_lines_already_are() -> None:
    shown, ink = figure(60, 40)
    np.testing.assert_array_equal(registered(shown, ink, ink), shown)


def test_outside_of_a_drawn_cel_is_paper_though_its_outline_is_open() -> None:
    (rgb, ink), cel = figure(60, 40), np.zeros(SIZE, np.uint8)
    cel[(rgb != 255).any(-1)] = 1
    ink[60:70, 70:90] = 0  # the box is open to the paper on its right
    drawn = {"ink": ink, "cel": cel, "reference": rgb}
    found = Colors(reference=True).finished(rgb, rgb, drawn)
    assert found is not None
    np.testing.assert_array_equal(found[ink == 0], rgb[ink == 0])


def test_shade_lines_of_a_douga_bound_colours_too() -> None:
    made, ink = np.full((9, 9, 3), 200, np.uint8), np.zeros((9, 9), np.uint8)
    made[:, :4], made[:, 5:] = RED, BLUE
    douga = np.zeros((9, 9), np.uint8)
    douga[:, 4] = 2
    found = Colors().finished(made, made, {"ink": ink, "douga": douga})
    assert found is not None
    assert (found[:, :4] == RED).all()
    assert (found[:, 5:] == BLUE).all()
    assert not (found == 0).all(-1).any()
