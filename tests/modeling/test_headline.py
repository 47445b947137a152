"""One headline, whatever the age of the report."""

from __future__ import annotations

from typing import Any

import pytest

from modeling.headline import Headline, headline_of


def test_reads_the_tasks_own() -> None:
    report = {"headline": {"name": "mean_iou", "value": 0.4, "interval": [0.3, 0.5], "frame_mean": 0.35}}
    found = headline_of(report)
    assert found == Headline("mean_iou", 0.4, (0.3, 0.5), 0.35)
    assert found.title == "mean IoU"


def test_reads_reports_from_before() -> None:
    found = headline_of({"iou": 0.625, "iou_interval": None, "iou_frame_mean": 0.6})
    assert found == Headline("iou", 0.625, None, 0.6)
    assert found.title == "IoU"


@pytest.mark.parametrize(
    "report",
    [None, {}, {"iou": None}, {"headline": None, "iou": None}, {"headline": {"name": "iou", "value": None}}],
)
def test_none_where_nothing_was_evaluated(report: dict[str, Any] | None) -> None:
    assert headline_of(report) is None


def test_a_metric_without_a_title_is_called_by_its_name() -> None:
    assert Headline("line_f", 0.5, None, None).title == "line f"
