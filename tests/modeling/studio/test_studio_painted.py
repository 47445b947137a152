"""Steps of the Studio that make pictures: colours and sharpness."""

from __future__ import annotations

import io
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from modeling.coloring.drawings import DOTS, REFERENCE
from modeling.coloring.segments import flattened
from modeling.coloring.subject import Colors
from modeling.errors import UserError
from modeling.images import encode_png
from modeling.studio.painted import GAP, ink_on_paper, proposal_sheet
from modeling.studio.sheet import Series, Sheet
from modeling.studio.steps import STEPS, chosen_steps, step_settings, tasks_of

RED, BLUE = (200, 60, 40), (60, 80, 200)
NO_FILES: Any = MappingProxyType({})


class Painter:
    """Proposes red left of column 4 and blue from there on, in nine brightnesses; the first is chosen."""

    task = SimpleNamespace(name="colorization")
    side = 0

    def __init__(self, dots: int = 0, reference: bool = False) -> None:
        self.drawn: dict[str, Any] = {}
        self.subject = Colors(dots=dots, reference=reference)

    def label_and_draft(self, rgb: NDArray[np.uint8], drawn: Any) -> tuple[Any, Any]:
        self.drawn = dict(drawn)
        made = np.empty_like(rgb)
        made[:, :4], made[:, 4:] = RED, BLUE
        made[0, 0] = BLUE
        return made, flattened(made, drawn["ink"]) if "ink" in drawn else made

    def proposals(self, rgb: NDArray[np.uint8], drawn: Any) -> NDArray[np.uint8]:
        return np.stack([np.full((2, 3, 3), 20 * number, np.uint8) for number in range(9)])


class Labeller:
    """Says the same label of everything."""

    def __init__(self, label: NDArray[np.uint8]) -> None:
        self.label = label

    def label_and_draft(self, rgb: Any, drawn: Any = None) -> tuple[Any, Any]:
        return self.label, None


class Shelf:
    """Models by task."""

    def __init__(self, **models: Any) -> None:
        self.models = models

    def require(self, task: str) -> Any:
        return self.models[task]


def drawing() -> NDArray[np.uint8]:
    """(4, 9, 3): a black line down the middle of white paper."""
    rgb = np.full((4, 9, 3), 255, np.uint8)
    rgb[:, 4] = 0
    return rgb


def made(name: str, sheet: Sheet, files: dict[str, Path] = NO_FILES, **params: Any) -> NDArray[np.uint8]:
    step = STEPS.get(name)
    series = Series(files, Path(), sheet._models)
    return np.asarray(Image.open(io.BytesIO(step.make(step.parse(params), series)(sheet))))  # type: ignore[arg-type]


def test_a_drawing_is_painted_with_one_colour_a_segment() -> None:
    found = made("colours", Sheet(drawing(), Shelf(colorization=Painter())))  # type: ignore[arg-type]
    assert (found[:, :4] == RED).all()
    assert (found[:, 5:] == BLUE).all()
    assert (found[:, 4] == 0).all()


def test_ink_is_what_is_darker_than_paper() -> None:
    assert ink_on_paper(np.array([[[255] * 3, [0] * 3, [155] * 3]], np.uint8)).tolist() == [[0, 255, 100]]


def test_lines_of_a_frame_come_from_its_predicted_douga_or_cel() -> None:
    douga, cel, painter = np.zeros((4, 9), np.uint8), np.ones((4, 9), np.uint8), Painter()
    douga[:, 4], douga[:, 6] = 1, 2
    shelf = Shelf(colorization=painter, douga=Labeller(douga), cel=Labeller(cel))
    made("colours", Sheet(drawing(), shelf), lines="douga")  # type: ignore[arg-type]
    assert (painter.drawn["ink"] == np.where(douga == 1, 255, 0)).all()
    made("colours", Sheet(drawing(), shelf), lines="cel")  # type: ignore[arg-type]
    assert list(painter.drawn) == ["cel"]


def test_the_sheet_shows_nine_proposals_and_the_painted_picture_below() -> None:
    found = made("colours", Sheet(drawing(), Shelf(colorization=Painter())), show="proposals")  # type: ignore[arg-type]
    assert found.shape == (3 * (2 + GAP) + 4, 3 * 3 + 2 * GAP, 3)
    assert [int(found[2 * (2 + GAP), x, 0]) for x in (0, 3 + GAP, 2 * (3 + GAP))] == [120, 140, 160]
    assert found[-1, 0].tolist() == list(RED)


def test_a_large_picture_is_reduced_to_the_width_of_the_sheet() -> None:
    proposals = np.zeros((9, 10, 20, 3), np.uint8)
    sheet = proposal_sheet(proposals, np.full((360, 720, 3), 9, np.uint8))
    assert sheet.shape == (3 * (10 + GAP) + 36, 60 + 2 * GAP, 3)


def test_deblur_writes_what_the_model_makes() -> None:
    class Sharpener:
        def label_and_draft(self, rgb: NDArray[np.uint8]) -> tuple[Any, None]:
            return 255 - rgb, None

    found = made("deblur", Sheet(drawing(), Shelf(deblur=Sharpener())))  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, 255 - drawing())


def test_a_dot_is_shown_to_the_model_and_its_segment_takes_its_colour() -> None:
    painter = Painter(dots=5)
    sheet = Sheet(drawing(), Shelf(colorization=painter), "b")  # type: ignore[arg-type]
    dots = "key,x,y,color\nb,0.9,0.5,#0a141e\na,0.1,0.5,#ffffff\n0.5,0.5,#00ff00"
    found = made("colours", sheet, {"a": Path(), "b": Path()}, dots=dots)
    assert (found[:, 5:] == (10, 20, 30)).all()
    assert (found[:, :4] == RED).all(), "another picture's dot is not this one's"
    assert (found[:, 4] == 0).all(), "a dot on a line changes nothing"
    assert painter.drawn[DOTS].shape == (4, 9, 4)
    assert painter.drawn[DOTS][2, 8].tolist() == [10, 20, 30, 255]
    assert painter.drawn[DOTS][0, 0].tolist() == [0, 0, 0, 0]


def test_dots_are_larger_where_the_model_sees_the_picture_reduced() -> None:
    painter, rgb = Painter(dots=5), np.full((40, 80, 3), 255, np.uint8)
    painter.side = 20
    made("colours", Sheet(rgb, Shelf(colorization=painter)), dots="0.5,0.5,#ff0000")  # type: ignore[arg-type]
    assert painter.drawn[DOTS][20, :, 3].sum() == 255 * (2 * 12 + 1)


def test_a_reference_is_shown_on_white_and_comes_out_as_it_is(tmp_path: Path) -> None:
    painted, cel, painter = (
        np.full((4, 9, 3), 77, np.uint8),
        np.ones((4, 9), np.uint8),
        Painter(reference=True),
    )
    cel[:, 0] = 0
    (tmp_path / "model.png").write_bytes(encode_png(painted))
    shelf = Shelf(colorization=painter, cel=Labeller(cel))
    files = {"model": tmp_path / "model.png", "b": Path()}
    made("colours", Sheet(drawing(), shelf, "b"), files, reference="model")  # type: ignore[arg-type]
    assert (painter.drawn[REFERENCE] == painted).all()
    made("colours", Sheet(drawing(), shelf, "b"), files, reference="model", lines="cel")  # type: ignore[arg-type]
    assert (painter.drawn[REFERENCE][:, 0] == 255).all()
    assert (painter.drawn[REFERENCE][:, 1:] == 77).all()
    itself = made("colours", Sheet(painted, shelf, "model"), files, reference="model")  # type: ignore[arg-type]
    assert (itself == painted).all()
    with pytest.raises(UserError, match="9x4 pixels, and not as many"):
        made("colours", Sheet(drawing()[:3], shelf, "b"), files, reference="model")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hints", "files", "text"),
    [
        ({"dots": "0.5,0.5,#ff0000"}, {"b": Path()}, "trained without the hint dots"),
        ({"dots": "c,0.5,0.5,#ff0000"}, {"b": Path()}, "There is no picture c"),
        ({"reference": "c"}, {"b": Path()}, "There is no picture c"),
        ({"dots": "0.5,1.5,#ff0000"}, {}, "between 0 and 1"),
        ({"dots": "0.5,0.5,red"}, {}, "#rrggbb"),
        ({"reference": "@secret"}, {}, "reference"),
    ],
)
def test_hints_that_do_not_fit_are_refused(hints: Any, files: Any, text: str) -> None:
    with pytest.raises(UserError, match=text):
        made("colours", Sheet(drawing(), Shelf(colorization=Painter()), "b"), files, **hints)  # type: ignore[arg-type]


def test_blur_is_sharp_at_the_depth_of_the_place_clicked() -> None:
    rgb = np.zeros((20, 40, 3), np.uint8)
    rgb[::2] = 255
    depth = np.full((20, 40), 65535, np.uint16)
    depth[:, 20:] = 6554
    shelf = Shelf(depth=Labeller(depth), cel=Labeller(np.zeros((20, 40), np.uint8)))
    sheet = Sheet(rgb, shelf)  # type: ignore[arg-type]
    near, far = (made("blur", sheet, focus_at=at, aperture=0.1) for at in ("0.1,0.5", "0.9,0.5"))
    assert (near[:, :10] == rgb[:, :10]).all()
    assert (far[:, 30:] == rgb[:, 30:]).all()
    assert not (near[:, 30:] == rgb[:, 30:]).all()
    assert (far == made("blur", sheet, focus=6554 / 65535, aperture=0.1)).all()
    with pytest.raises(UserError, match="between 0 and 1"):
        made("blur", sheet, focus_at="2,0.5")


@pytest.mark.parametrize(
    ("lines", "tasks"),
    [
        ("drawing", ["colorization"]),
        ("douga", ["colorization", "douga"]),
        ("cel", ["colorization", "cel"]),
    ],
)
def test_steps_name_the_models_that_they_ask(lines: str, tasks: list[str]) -> None:
    settings = step_settings([f"colours.lines={lines}"])
    assert tasks_of(chosen_steps(["colours", "deblur"], settings)) == [*tasks, "deblur"]
