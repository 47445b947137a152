"""A run's report laid out for people: the thesis's confusion matrix, and the worst held-out frames."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from modeling.runs import RunFolder
from modeling.tasks import TASKS

_SLUG = re.compile(r"[^\w.-]+")


def confusion_table(task: str, confusion: list[list[int]] | None) -> dict[str, Any] | None:
    """Lay out table 4.1 of the thesis: shares of all pixels, recall a row, precision a column.

    Args:
        task: Name of the model task, whose classes name the rows.
        confusion: Pixels by true class (rows) and predicted class (columns).

    Returns:
        ``{"classes", "rows": [{"name", "cells": [{"share", "right"}], "recall"}], "precision"}``, shares in
        0..1 and None where nothing counts; None without a matrix.
    """
    if not confusion:
        return None
    counts = np.array(confusion, np.float64)
    total = counts.sum()
    names = [name.replace("_", " ").capitalize() for name in TASKS.get(task).classes]
    if not total:
        return None
    rows = [
        {
            "name": names[i],
            "cells": [{"share": counts[i, j] / total, "right": i == j} for j in range(len(names))],
            "recall": _ratio(counts[i, i], counts[i].sum()),
        }
        for i in range(len(names))
    ]
    precision = [_ratio(counts[j, j], counts[:, j].sum()) for j in range(len(names))]
    return {"classes": names, "rows": rows, "precision": precision}


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _wrong(row: dict[str, Any]) -> float | None:
    """Share of a frame's pixels that the report counts under some error, 0 to 1."""
    errors = [share for name, share in row.items() if name.startswith(("false_", "missed_"))]
    return sum(errors) if errors else None


def worst_frames(run: RunFolder | None) -> list[dict[str, Any]]:
    """Error pictures of a run, most wrong pixels first: ``{"file", "key", "wrong", "iou"}`` and its other figures."""
    report = run.report() if run is not None else None
    if run is None or report is None:
        return []
    by_slug = {_SLUG.sub("-", row["key"]): row for row in report.get("frames", [])}
    pictures = []
    for path in run.preview_files():
        row = by_slug.get(path.stem.partition("-")[2], {})
        pictures.append({"file": path.name, "key": row.get("key", path.stem), "wrong": _wrong(row), **row})
    return pictures
