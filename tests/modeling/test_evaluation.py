"""Reports and error pictures of tasks with many classes, by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from modeling.snapshots import FrameRow, Snapshot
from modeling.tasks import TASKS
from modeling.training.evaluation import Judged, Labels, evaluation_of, judge, report_of

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


def test_the_evaluation_of_a_task_stands_by_its_name_in_the_report() -> None:
    task = TASKS.get("douga")
    evaluation = evaluation_of(task, {"thin": True, "baselines": True})
    assert evaluation is not None
    truth = np.zeros((5, 8), np.uint8)
    truth[2] = 1
    rgb = np.full((5, 8, 3), 255, np.uint8)
    evaluation.add(rgb, truth, truth, production="show", cut="c")
    counts = np.zeros((10, 10), np.int64)
    counts[0, 0], counts[1, 1] = 32, 8
    report = report_of([judged("a", *counts.tolist())], task, {}, 0, evaluation)
    assert list(report)[-2:] == ["douga", "frames"]
    assert report["douga"]["raw"]["mean_iou"] == report["headline"]["value"] == 1
    assert list(report["douga"]["baselines"]) == ["xdog", "canny"]


def test_a_task_without_an_evaluation_has_none() -> None:
    assert evaluation_of(TASKS.get("cel"), {}) is None


def test_judging_hands_each_frame_to_the_evaluation(snapshot: Snapshot) -> None:
    seen = []

    class Noting:
        def add(self, rgb, truth, prediction, *, production, cut, processed=None):
            seen.append((rgb.shape[:2] == truth.shape, cut, processed))

        def report(self, seed=0):
            return {}

    rows = snapshot.frames("test", "cel")
    blank = np.zeros((48, 80), np.uint8)
    judge(snapshot, rows, TASKS.get("cel"), lambda *_: Labels(blank, blank + 1), Noting())
    assert [cut for _, cut, _ in seen] == [row.cut for row in rows]
    assert all(same and (processed == 1).all() for same, _, processed in seen)
