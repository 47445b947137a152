"""A run's report laid out for people."""

from __future__ import annotations

from pathlib import Path

from active_learning.reports import worst_frames
from modeling.runs import RunFolder


def test_the_share_of_wrong_pixels_of_many_classes_is_what_is_not_right(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.publish("previews/00-show-a.webp", b"")
    frames = [{"key": "show/a", "cut": "c", "mean_iou": 0.25, "pixel_accuracy": 0.75}]
    headline = {"name": "mean_iou", "value": 0.25, "interval": None, "frame_mean": 0.25}
    run.publish_json("report.json", {"headline": headline, "frames": frames})
    assert worst_frames(run) == [
        {"file": "00-show-a.webp", "key": "show/a", "wrong": 0.25, "title": "mean IoU", "value": 0.25}
    ]


def test_a_picture_without_a_row_is_shown_without_figures(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.publish("previews/00-gone.webp", b"")
    run.publish_json("report.json", {"headline": None, "frames": []})
    (only,) = worst_frames(run)
    assert (only["key"], only["wrong"], only["value"]) == ("00-gone", None, None)
