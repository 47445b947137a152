"""Places and dots as text, and which parameter of a step is clicked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modeling.errors import UserError
from modeling.studio.clicks import Clicked, clicked_of, referring_of
from modeling.studio.places import Dot, Place, dots_of, parse_dots, parse_place, refuse_strangers
from modeling.studio.steps import STEPS


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 9), st.integers(1, 9))
def test_a_place_lies_in_a_pixel_of_any_size(x: float, y: float, height: int, width: int) -> None:
    row, column = parse_place(f"{x},{y}").pixel(height, width)
    assert 0 <= row < height
    assert 0 <= column < width


def test_places_are_relative_to_the_picture() -> None:
    assert parse_place("0.25, 0.5").pixel(4, 8) == (2, 2)
    assert Place(1, 1).pixel(4, 8) == (3, 7)
    for text in ("", "1", "1,2,3", "a,b", "nan,0", "-0.1,0", "0,1.1"):
        with pytest.raises(ValueError, match="X,Y"):
            parse_place(text)


def test_dots_are_read_line_by_line_with_or_without_a_key() -> None:
    found = parse_dots("Key,X,Y,Color\n\ncut, 1/a,0.5,0.25,#0A141e\r\n0,1,#ffffff;b,0,0,#000000")
    assert found == [
        Dot(Place(0.5, 0.25), (10, 20, 30), "cut, 1/a"),
        Dot(Place(0, 1), (255, 255, 255)),
        Dot(Place(0, 0), (0, 0, 0), "b"),
    ]
    assert dots_of(found, "b") == found[1:]
    refuse_strangers(found, ["b", "cut, 1/a"])
    with pytest.raises(UserError, match="no picture b"):
        refuse_strangers(found, ["cut, 1/a"])


@pytest.mark.parametrize("text", ["0,0", "0,0,#12345", "0,0,red", "a,b,0,0,#000000,", "2,0,#000000"])
def test_what_is_no_dot_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="should"):
        parse_dots(text)


def test_steps_say_what_is_clicked() -> None:
    assert clicked_of(STEPS.get("blur")) == Clicked("focus_at", "place")
    assert clicked_of(STEPS.get("colours")) == Clicked("dots", "dots")
    assert clicked_of(STEPS.get("lines")) is None
    assert referring_of(STEPS.get("colours")) == "reference"
    assert referring_of(STEPS.get("palette")) is None
