"""The evaluation of depth: pooled figures, with and without alignment, by production."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.evaluations import EVALUATIONS
from modeling.tasks import TASKS
from modeling.training.evaluation import evaluation_of

RGB = np.zeros((10, 20, 3), np.uint8)


def halves(left: float, right: float) -> np.ndarray:
    depths = np.full((10, 20), left, np.float32)
    depths[:, 10:] = right
    return depths


def test_it_pools_frames_and_tells_productions_apart() -> None:
    evaluation = evaluation_of(TASKS.get("depth"), {})
    assert evaluation is not None
    evaluation.add(RGB, halves(0.2, 0.8), halves(0.2, 0.8), production="a", cut="1")
    evaluation.add(RGB, halves(0.2, 0.8), halves(0.3, 0.6), production="b", cut="1")
    evaluation.add(RGB, halves(0.4, 0.8), halves(0.8, 0.4), production="b", cut="2")
    report = evaluation.report()
    assert (report["frames"], report["cuts"]) == (3, 3)
    assert report["raw"]["mae"] == pytest.approx((0 + 0.15 + 0.4) / 3, rel=1e-5)
    assert report["raw"]["within_1_25"] == pytest.approx(1 / 3)
    # scale and shift make all of them right, even the one that is turned inside out; its order stays wrong
    assert report["aligned"]["mae"] == pytest.approx(0, abs=1e-6)
    assert report["order"] == {"pairs": 3, "right": 2, "accuracy": pytest.approx(2 / 3)}
    assert {name: group["frames"] for name, group in report["groups"].items()} == {"a": 1, "b": 2}
    assert report["groups"]["a"]["raw"]["mae"] == 0
    low, high = report["intervals"]["raw"]["within_1_25"]
    assert low <= 1 / 3 <= high
    assert (report["published"]["mae"], report["published"]["within_1_25"]) == (0.097, 0.944)


def test_of_nothing_it_says_nothing() -> None:
    entry = EVALUATIONS.get("depth")
    report = entry.build(entry.parse({})).report()
    assert (report["frames"], report["raw"]["mae"], report["order"]["accuracy"]) == (0, None, None)
    assert report["intervals"]["raw"]["mae"] is None
