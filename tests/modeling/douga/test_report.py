"""The evaluation of douga, on maps of a few pixels."""

from __future__ import annotations

import json

import numpy as np
import pytest

from modeling.douga.report import DougaEvaluation
from modeling.labels import IGNORE

WHITE = np.full((5, 8, 3), 255, np.uint8)


def lined(*rows: int, cls: int = 1) -> np.ndarray:
    """A map of 5 x 8 with a line of a class in some rows."""
    classes = np.zeros((5, 8), np.uint8)
    classes[list(rows)] = cls
    return classes


def evaluated(*frames: tuple[str, str, np.ndarray, np.ndarray], baselines: tuple[str, ...] = ()) -> dict:
    """The report of (production, cut, truth, prediction), after a way through JSON."""
    evaluation = DougaEvaluation(baselines)
    for production, cut, truth, prediction in frames:
        evaluation.add(WHITE, truth, prediction, production=production, cut=cut, processed=prediction)
    return json.loads(json.dumps(evaluation.report(seed=0)))


def test_figures_of_one_frame_by_hand() -> None:
    # a line of 8 px in row 2 was found in row 3; of 40 px, 8 are missed and 8 are false
    report = evaluated(("show", "c1", lined(2), lined(3)))
    raw = report["raw"]
    assert (report["frames"], report["cuts"]) == (1, 1)
    assert raw["accuracy"] == pytest.approx(24 / 40)
    assert raw["mean_iou"] == pytest.approx((24 / 40 + 0) / 2)
    assert raw["absent"][:2] == ["shading_line", "color_edge"]
    assert raw["confusion"]["shares"][1][0] == pytest.approx(8 / 40)
    assert sum(map(sum, raw["confusion"]["shares"])) == pytest.approx(1)
    assert raw["lines_areas"]["shares"] == [[0, 0.2], [0.2, 0.6]]
    rows = {row["name"]: row for row in raw["lines"]}
    assert [rows["visible_line"][name] for name in ("iou_0px", "f_0px", "f_1px", "f_2px")] == [0, 0, 1, 1]
    assert rows["visible_line"]["f_skeleton_1px"] == rows["lines"]["f_skeleton_1px"] == 1
    assert rows["book_line"]["f_1px"] is None
    assert raw["intervals"]["mean_iou"] is None


def test_a_class_that_is_only_predicted_is_named_by_both_rules() -> None:
    raw = evaluated(("show", "c1", lined(2), lined(2, cls=2)))["raw"]
    # in truth: flat 32 of 32, the visible line 0 of 8; beside them the shading line that is none
    assert raw["mean_iou"] == pytest.approx(1 / 2)
    assert raw["mean_iou_either"] == pytest.approx(1 / 3)
    assert "shading_line" in raw["absent"]
    assert "shading_line" not in raw["absent_either"]


def test_productions_apart_and_cuts_drawn_whole() -> None:
    right, missed = lined(2), lined()
    report = evaluated(
        ("real", "a", right, missed),
        ("real", "a", right, missed),
        ("show", "a", right, right),
        ("show", "b", right, right),
        ("show", "b", right, right),
    )
    assert (report["frames"], report["cuts"]) == (5, 3)
    assert [(name, group["frames"], group["cuts"]) for name, group in report["groups"].items()] == [
        ("real", 2, 1),
        ("show", 3, 2),
    ]
    real, show = (group["raw"] for group in report["groups"].values())
    assert (real["accuracy"], show["accuracy"]) == (0.8, 1)
    assert real["intervals"]["accuracy"] is None
    assert show["intervals"]["accuracy"] == [1, 1]
    assert report["raw"]["medians"]["accuracy"] == {"value": 1, "interval": [0.8, 1]}
    lines = report["raw"]["lines"][-1]
    assert lines["recall_1px"] == pytest.approx(24 / 40)
    assert lines["medians"]["f_1px"]["value"] == 1


def test_ignored_pixels_count_nowhere() -> None:
    truth = lined(2)
    truth[3:] = IGNORE
    raw = evaluated(("show", "c", truth, lined(2, 4)))["raw"]
    assert (raw["accuracy"], raw["confusion"]["pixels"]) == (1, 24)
    assert raw["lines"][0]["f_0px"] == 1


def test_post_processing_stands_beside_the_raw_prediction() -> None:
    truth = np.zeros((9, 16), np.uint8)
    truth[4] = 1
    guess = truth.copy()
    guess[3:6] = 1  # two pixels too wide for so small a frame
    evaluation = DougaEvaluation()
    evaluation.add(np.zeros((9, 16, 3), np.uint8), truth, guess, production="show", cut="c")
    report = evaluation.report()
    assert report["raw"]["accuracy"] == pytest.approx(1 - 32 / 144)
    assert report["processed"]["accuracy"] > report["raw"]["accuracy"]
    # the skeleton ends a pixel early and aslant: 15 of the line's 16 pixels are near it, and all of it is near the line
    assert report["processed"]["lines"][0]["f_1px"] == pytest.approx(30 / 31)


def test_baselines_on_the_same_frames() -> None:
    report = evaluated(("show", "c", lined(2), lined(2)), baselines=("xdog", "canny"))
    assert list(report["baselines"]) == ["xdog", "canny"]
    # on plain white they find nothing: all 8 px of the line are missed
    for found in report["baselines"].values():
        assert found["lines_areas"]["shares"] == [[0, 0.2], [0, 0.8]]
        assert [row["name"] for row in found["lines"]] == ["lines"]
        assert found["lines"][0]["f_1px"] == 0


def test_published_figures_say_whose_they_are() -> None:
    published = evaluated()["published"]
    assert "other data" in published["note"]
    assert published["recall"]["color_edge"] == 0.013
    for table in published["lines_areas"].values():
        assert sum(map(sum, table["shares"])) == pytest.approx(1, abs=2e-3)
