"""The one number by which a task's report is judged, read from reports of any age (torch-free, for pages too)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TITLES = {"iou": "IoU", "mean_iou": "mean IoU", "within_1_25": "depth within 1.25", "ssim": "SSIM"}


@dataclass(frozen=True, slots=True)
class Headline:
    """A report's headline metric on the held-out frames.

    ``name`` is the metric's, ``value`` pools all pixels, ``interval`` (low, high) is bootstrapped over cuts or None,
    ``frame_mean`` is the mean of the frames' own values or None; all in 0..1.
    """

    name: str
    value: float
    interval: tuple[float, float] | None
    frame_mean: float | None

    @property
    def title(self) -> str:
        """The metric's name for people."""
        return title_of(self.name)


def title_of(metric: str) -> str:
    """What people call a metric."""
    return TITLES.get(metric, metric.replace("_", " "))


def headline_of(report: Mapping[str, Any] | None) -> Headline | None:
    """Read the headline of a ``report.json``; None where nothing was evaluated.

    Reports from before tasks had one each tell the IoU of the foreground under ``iou``.
    """
    report = report or {}
    found = report.get("headline") or _of_foreground(report)
    if found["value"] is None:
        return None
    low_high = found.get("interval")
    interval = (low_high[0], low_high[1]) if low_high else None
    return Headline(found["name"], found["value"], interval, found.get("frame_mean"))


def _of_foreground(report: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": "iou",
        "value": report.get("iou"),
        "interval": report.get("iou_interval"),
        "frame_mean": report.get("iou_frame_mean"),
    }
