"""What Kugler 2020 published about its douga models: other data, so never a bar to compare with."""

from __future__ import annotations

from typing import Any


def _edges(
    shares: tuple[tuple[float, float], tuple[float, float]],
    recall: tuple[float, float],
    precision: tuple[float, float],
    accuracy: float | None = None,
) -> dict[str, Any]:
    return {
        "names": ["edges", "areas"],
        "shares": [list(row) for row in shares],
        "recall": list(recall),
        "precision": list(precision),
        "accuracy": accuracy,
    }


PUBLISHED: dict[str, Any] = {
    "source": "Kugler 2020",
    "note": "other data, not a bar to compare with: judged on drawings of its own set of about 200.",
    "accuracy": 0.954,
    "mean_iou": 0.326,
    "recall": {
        "flat_area": 0.979,
        "visible_line": 0.604,
        "shading_line": 0.376,
        "color_edge": 0.013,
        "highlight_line": 0.167,
        "shading_fill": 0.904,
        "color_fill": 0.234,
        "highlight_fill": 0.708,
    },
    "precision": {
        "flat_area": 0.981,
        "visible_line": 0.727,
        "shading_line": 0.534,
        "color_edge": 0.246,
        "highlight_line": 0.315,
        "shading_fill": 0.801,
        "color_fill": 0.521,
        "highlight_fill": 0.573,
    },
    "lines_areas": {
        "Kugler 2020": _edges(((0.0290, 0.0018), (0.0570, 0.9123)), (0.9427, 0.9412), (0.3472, 0.9981)),
        "sketchKeras": _edges(
            ((0.0278, 0.0023), (0.2205, 0.7495)), (0.9235, 0.7727), (0.1120, 0.9969), 0.777
        ),
        "Manga Line Extraction": _edges(
            ((0.0098, 0.0202), (0.0241, 0.9459)), (0.3267, 0.9752), (0.2890, 0.9791), 0.956
        ),
    },
}
"""Shares in 0..1: the Synthetic Cel Model of tables 5.1 and 5.3, and table 5.5 with the accuracies of section 5.8.

Books are absent: the thesis leaves them out. Accuracies that it does not print are None."""
