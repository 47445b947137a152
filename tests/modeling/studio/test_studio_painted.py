"""Steps of the Studio that make pictures: colours and sharpness."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from modeling.coloring.segments import flattened
from modeling.studio.painted import GAP, ink_on_paper, proposal_sheet
from modeling.studio.sheet import Sheet
from modeling.studio.steps import STEPS, chosen_steps, step_settings, tasks_of

RED, BLUE = (200, 60, 40), (60, 80, 200)


class Painter:
    """Proposes red left of column 4 and blue from there on, in nine brightnesses; the first is chosen."""

    def __init__(self) -> None:
        self.drawn: dict[str, Any] = {}

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


def made(name: str, sheet: Sheet, **params: Any) -> NDArray[np.uint8]:
    step = STEPS.get(name)
    return np.asarray(Image.open(io.BytesIO(step.build(step.parse(params))(sheet))))


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
