"""Reports and error pictures of tasks with many classes, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modeling.labels import IGNORE
from modeling.snapshots import FrameRow
from modeling.tasks import TASKS
from modeling.training.evaluation import Judged, class_error_picture, report_of

TASK = replace(
    TASKS.get("cel"), classes=("flat", "line", "fill"), headline="mean_iou", build=lambda params: 3
)


def judged(key: str, *rows: list[int]) -> Judged:
    row = FrameRow(key=key, file=f"{key}.png", sha256="0" * 64, width=4, height=3, cut=key)
    return Judged(row, np.array(rows, np.int64))


def test_the_headline_of_many_classes_is_their_mean_iou() -> None:
    # IoU 6/8, 1/2, 1/2 in the first; the second holds only flat, and all of it is right
    frames = [judged("a", [6, 0, 1], [0, 1, 0], [1, 1, 2]), judged("b", [4, 0, 0], [0, 0, 0], [0, 0, 0])]
    report = report_of(frames, TASK, {"held_out_frames": 2}, seed=0)
    pooled = np.mean([10 / 12, 1 / 2, 2 / 5])
    assert report["headline"]["name"] == "mean_iou"
    assert report["headline"]["value"] == pytest.approx(pooled)
    assert report["headline"]["frame_mean"] == pytest.approx((np.mean([6 / 8, 1 / 2, 2 / 5]) + 1) / 2)
    assert report["headline"]["interval"][0] <= pooled <= report["headline"]["interval"][1]
    assert (report["iou"], report["iou_interval"]) == (None, None)
    assert report["frames"][1] == {"key": "b", "cut": "b", "mean_iou": 1.0, "pixel_accuracy": 1.0}


def test_the_headline_of_cels_is_their_iou() -> None:
    report = report_of([judged("a", [6, 1], [1, 2])], TASKS.get("cel"), {}, seed=0)
    assert report["headline"] == {"name": "iou", "value": 0.5, "interval": None, "frame_mean": 0.5}
    assert (report["iou"], report["iou_frame_mean"]) == (0.5, 0.5)


def test_errors_stand_out_in_the_colour_that_was_predicted() -> None:
    palette = np.array([(255, 255, 255), (0, 0, 0), (200, 100, 50)], np.uint8)
    truth, guess = np.zeros((10, 10), np.uint8), np.zeros((10, 10), np.uint8)
    truth[9] = [0, 1, 2, 2, IGNORE, 0, 0, 0, 0, 0]
    guess[9] = [0, 2, 2, 0, 1, 0, 0, 0, 0, 0]
    picture = class_error_picture(np.full((10, 10, 3), 7, np.uint8), truth, guess, palette)
    assert picture[9, :5].tolist() == [
        [76, 76, 76],
        [200, 100, 50],
        [60, 30, 15],
        [255, 255, 255],
        [24, 24, 24],
    ]
    assert (picture[:3, :3] == 7).all()
