"""A run's report laid out for people: the thesis's confusion matrix, and the worst held-out frames."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from modeling.headline import Headline, headline_of
from modeling.labels import KINDS
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
    """Share of a frame's counted pixels that are wrong, 0 to 1: under some error, or not among those that are right."""
    errors = [share for name, share in row.items() if name.startswith(("false_", "missed_"))]
    if errors:
        return float(sum(errors))
    right = row.get("pixel_accuracy")
    return None if right is None else 1 - float(right)


def worst_frames(run: RunFolder | None) -> list[dict[str, Any]]:
    """Error pictures of a run, most wrong pixels first.

    Returns:
        ``{"file", "key", "wrong", "title", "value"}`` each: share of wrong pixels, and the headline metric of the
        frame under its name for people; None where the report has no such row.
    """
    report = run.report() if run is not None else None
    if run is None or report is None:
        return []
    rows = {_SLUG.sub("-", row["key"]): row for row in report.get("frames", [])}
    headline = headline_of(report)
    return [_worst(path, rows.get(path.stem.partition("-")[2], {}), headline) for path in run.preview_files()]


def _worst(path: Path, row: dict[str, Any], headline: Headline | None) -> dict[str, Any]:
    return {
        "file": path.name,
        "key": row.get("key", path.stem),
        "wrong": _wrong(row),
        "title": headline.title if headline else "",
        "value": row.get(headline.name) if headline else None,
    }


def picture_legend(task: str) -> dict[str, Any]:
    """What the colours of a task's error pictures say: the ``template`` of it, and the ``classes`` of its kind."""
    spec = TASKS.get(task)
    template = f"active_learning/_legend_{spec.error_picture}.html"
    return {"template": template, "classes": KINDS[spec.kind].classes}
