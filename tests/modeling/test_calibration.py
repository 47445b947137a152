"""Temperature, reliability and the calibration error, by hand; what a run's folder tells of them."""

from __future__ import annotations

import math
import shutil

import numpy as np
import pytest
import torch

from modeling.calibration import Reliability, fit_temperature, negative_log_likelihood, probabilities_at
from modeling.inference.predictor import Predictor
from modeling.runs import RunFolder
from modeling.training.calibrating import NO_VALIDATION, calibrate
from tests.modeling.toys import disc, toy_snapshot


def test_a_temperature_makes_promises_come_true() -> None:
    # four pixels in five are right at a logit of 4: sigmoid(4 / T) = 0.8 where 4 / T = ln 4
    logits, classes = np.full((5, 1), 4.0), np.array([1, 1, 1, 1, 0], np.uint8)
    assert fit_temperature(logits, classes) == pytest.approx(4 / math.log(4), rel=1e-3)
    # the same as two classes by softmax, and as the other class
    two = np.column_stack([np.zeros(5), logits])
    assert fit_temperature(two, classes) == pytest.approx(4 / math.log(4), rel=1e-3)
    assert fit_temperature(-logits, 1 - classes) == pytest.approx(4 / math.log(4), rel=1e-3)


def test_where_all_is_right_a_temperature_ends_at_its_bound() -> None:
    assert fit_temperature(np.full((3, 1), 4.0), np.ones(3, np.uint8)) == pytest.approx(0.05, rel=0.01)


def test_likelihood_by_hand() -> None:
    logits = np.log([[0.5, 0.3, 0.2]])
    assert negative_log_likelihood(logits, np.array([1], np.uint8)) == pytest.approx(-math.log(0.3))
    quarter = np.array([[math.log(1 / 3)]])
    assert negative_log_likelihood(quarter, np.array([1], np.uint8)) == pytest.approx(math.log(4))
    assert negative_log_likelihood(quarter * 2, np.array([0], np.uint8), 2.0) == pytest.approx(
        -math.log(0.75)
    )
    assert probabilities_at(quarter * 2, 2.0) == pytest.approx(np.array([[0.75, 0.25]]))


def test_calibration_errors_by_hand() -> None:
    # of four pixels that promise class 1 at 0.9 two are, of four that promise it at 0.3 one is
    reliability = Reliability(2, bins=5)
    chances = np.array([0.9, 0.9, 0.3, 0.3])
    reliability.add(np.column_stack([1 - chances, chances]), np.array([1, 1, 0, 1], np.uint8))
    reliability.add(np.column_stack([1 - chances, chances]), np.array([0, 0, 0, 0], np.uint8))
    report = reliability.report(["background", "cel"])
    cel = report["classes"][1]
    assert cel["name"] == "cel"
    assert cel["error"] == pytest.approx((4 * 0.4 + 4 * 0.05) / 8)
    full = {"pixels": 4, "promised": 0.9, "true": 0.5}
    empty = {"pixels": 0, "promised": None, "true": None}
    assert cel["bins"] == [empty, {"pixels": 4, "promised": 0.3, "true": 0.25}, empty, empty, full]
    # the likeliest class is promised at 0.9, of which half comes true, and at 0.7, of which three of four do
    assert report["error"] == pytest.approx((4 * 0.4 + 4 * 0.05) / 8)
    assert report["bins"][3] == {"pixels": 4, "promised": 0.7, "true": 0.75}


def test_bins_are_closed_above_and_the_first_holds_nought() -> None:
    reliability = Reliability(2, bins=2)
    reliability.add(np.array([[0.0, 1.0], [0.5, 0.5]]), np.array([1, 1], np.uint8))
    of_background = reliability.report(["background", "cel"])["classes"][0]
    assert [row["pixels"] for row in of_background["bins"]] == [2, 0]


def test_nothing_counted_is_no_error() -> None:
    assert Reliability(2).report(["a", "b"])["error"] is None


def test_a_small_run_is_not_calibrated_and_says_why(tiny_run) -> None:
    report, kept = tiny_run.report()["calibration"], tiny_run.calibration()
    assert (report["temperature"], report["calibrated"], report["reason"]) == (1.0, False, NO_VALIDATION)
    assert (kept["held_out"]["frames"], kept["held_out"]["pixels"]) == (3, 3 * 48 * 80)
    assert report["error"][0] == report["error"][1] == kept["held_out"]["before"]["error"]
    assert [row["name"] for row in report["classes"]] == ["background", "cel"]


def test_a_fitted_temperature_lowers_the_likelihood_and_leaves_labels_alone(tiny_run, tmp_path) -> None:
    run = RunFolder(shutil.copytree(tiny_run.path, tmp_path / "run"))
    frames = toy_snapshot(tmp_path / "frames", train=4, held_out=2)
    train, held_out = (frames.frames(split, "cel") for split in ("train", "test"))
    plain, rgb = Predictor.open(run, torch.device("cpu")), disc(3)[0]
    figures = calibrate(plain, frames, train, held_out, run, lambda row: {})
    kept = run.calibration()
    assert kept is not None
    assert kept["calibrated"]
    assert kept["validation"]["nll"][1] <= kept["validation"]["nll"][0]
    heated = Predictor.open(run, torch.device("cpu"))
    assert heated.temperature == figures["temperature"] != 1
    assert (heated.label(rgb) == plain.label(rgb)).all()
    hotter = heated.entropy(rgb).mean() > plain.entropy(rgb).mean()
    assert hotter == (figures["temperature"] > 1)
    assert calibrate(plain, frames, train, [], run, lambda row: {})["error"] is None
