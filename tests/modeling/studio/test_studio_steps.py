"""Steps of the Studio on pictures small enough to work out by hand."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from modeling.errors import UserError
from modeling.labelio import decode_label
from modeling.labels import CEL, DEPTH, DOUGA
from modeling.studio.masks import cut_out
from modeling.studio.sheet import Sheet
from modeling.studio.steps import STEPS, chosen_steps, step_settings, tasks_of


@dataclass
class Said:
    """Models that say what they are told to, and count how often they are asked."""

    labels: dict[str, NDArray[Any]]
    asked: list[str] = field(default_factory=list)

    def require(self, task: str) -> Any:
        said = self

        class Model:
            def label_and_draft(self, rgb: Any) -> tuple[Any, Any]:
                said.asked.append(task)
                return said.labels[task], None

        return Model()


def made(name: str, sheet: Sheet, **params: Any) -> Image.Image:
    """The picture that a step writes."""
    step = STEPS.get(name)
    return Image.open(io.BytesIO(step.build(step.parse(params))(sheet)))


@pytest.fixture
def rgb() -> NDArray[np.uint8]:
    """A white cel (two columns in the middle) on a red background."""
    picture = np.zeros((4, 6, 3), np.uint8)
    picture[..., 0] = 200
    picture[:, 2:4] = 255
    return picture


@pytest.fixture
def sheet(rgb: NDArray[np.uint8]) -> Sheet:
    mask = np.zeros((4, 6), np.uint8)
    mask[:, 2:4] = 1
    douga = np.zeros((4, 6), np.uint8)
    douga[1], douga[2] = 1, 4
    depth = np.full((4, 6), 40000, np.uint16)
    return Sheet(rgb, Said({"cel": mask, "douga": douga, "depth": depth}))  # type: ignore[arg-type]


def test_labels_are_written_as_stored(sheet: Sheet) -> None:
    for name, kind in (("cel", CEL), ("douga", DOUGA), ("depth", DEPTH)):
        step = STEPS.get(name)
        written = decode_label(step.build(step.parse())(sheet), kind)
        assert np.array_equal(written, sheet.label(name))


def test_a_model_is_asked_once_a_picture(sheet: Sheet) -> None:
    made("cel", sheet)
    made("cutout", sheet)
    assert sheet._models.asked == ["cel"]  # type: ignore[attr-defined]


def test_a_hard_cut_keeps_the_frame_where_the_cel_is(sheet: Sheet, rgb: NDArray[np.uint8]) -> None:
    cut = np.asarray(made("cutout", sheet, feather=0))
    assert np.array_equal(cut[:, 2:4, :3], rgb[:, 2:4])
    assert cut[..., 3].tolist() == [[0, 0, 255, 255, 0, 0]] * 4
    assert not cut[:, :2].any()


def test_a_soft_cut_has_no_rim_of_the_background(rgb: NDArray[np.uint8]) -> None:
    big = rgb.repeat(40, 0).repeat(40, 1)  # 160 x 240, the cel from column 80 to 160
    big[:, 80] = big[:, 159] = (230, 120, 120)  # its edge mixed with the red behind it
    mask = np.zeros(big.shape[:2], bool)
    mask[:, 80:160] = True
    cut = cut_out(big, mask, feather=16)  # 16 * 160 / 1080: 2.4 px wide
    alpha = cut[..., 3]
    assert alpha[80, 120] == 255
    assert alpha[80, 20] == 0
    assert 0 < alpha[80, 79] < 128 < alpha[80, 80] < 255
    assert np.array_equal(np.unique(cut[alpha > 0][:, :3]), [255])  # white all over: no red, no pink
    assert not cut[alpha == 0].any()


def test_a_cel_thinner_than_its_edge_is_still_cut_out(rgb: NDArray[np.uint8]) -> None:
    mask = np.zeros((4, 6), bool)
    mask[1, 1] = True
    assert cut_out(rgb, mask, feather=16)[1, 1, 3] > 0
    assert not cut_out(rgb, np.zeros((4, 6), bool), feather=16).any()


def test_blur_keeps_the_cel_and_softens_the_plate() -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 255, (60, 90, 3), np.uint8)
    mask = np.zeros((60, 90), np.uint8)
    mask[:, 30:60] = 1
    near = np.where(mask == 1, 60000, 6000).astype(np.uint16)
    sheet = Sheet(picture, Said({"cel": mask, "depth": near}))  # type: ignore[arg-type]
    blurred = np.asarray(made("blur", sheet, aperture=0.1)).astype(int)
    assert np.abs(blurred[:, 36:54] - picture[:, 36:54]).max() <= 1
    assert blurred[:, :20].std() < picture[:, :20].std() / 3


def test_lines_on_paper_and_on_none(sheet: Sheet) -> None:
    white = np.asarray(made("lines", sheet))
    assert [row[0].tolist() for row in white] == [[255] * 3, [0] * 3, [255] * 3, [255] * 3]
    clear = np.asarray(made("lines", sheet, paper="none", invisible=True))
    assert clear[:, 0].tolist() == [[0, 0, 0, 0], [0, 0, 0, 255], [255, 0, 0, 255], [0, 0, 0, 0]]


def test_lines_of_edges_need_no_model(sheet: Sheet, rgb: NDArray[np.uint8]) -> None:
    big = Sheet(rgb.repeat(8, 0).repeat(8, 1), sheet._models)
    found = np.asarray(made("lines", big, source="canny"))
    assert (found == 0).any()
    assert sheet._models.asked == []  # type: ignore[attr-defined]


def test_tasks_that_steps_ask() -> None:
    assert tasks_of(chosen_steps(["cutout", "cel", "lines"])) == ["cel", "douga"]
    assert tasks_of(chosen_steps(["lines"], {"lines": {"source": "xdog"}})) == []


@pytest.mark.parametrize(
    ("names", "values", "code"),
    [
        (["cutuot"], {}, "unknown_step"),
        ([], {}, "no_steps"),
        (["cel"], {"lines": {}}, "unused_setting"),
        (["cutout"], {"cutout": {"feather": -1}}, "bad_parameter"),
    ],
)
def test_what_cannot_be_asked_is_told(names: list[str], values: dict[str, Any], code: str) -> None:
    with pytest.raises(UserError) as told:
        chosen_steps(names, values)
    assert told.value.code == code


def test_settings_by_step() -> None:
    assert step_settings(["cutout.feather=2", "lines.paper=none"]) == {
        "cutout": {"feather": "2"},
        "lines": {"paper": "none"},
    }
    with pytest.raises(UserError, match="is no setting"):
        step_settings(["feather=2"])
