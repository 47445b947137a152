"""How far a round's probabilities are to be believed, laid out for its page: reliability diagrams and figures.

It reads what `modeling.training.calibrating` writes; runs without have no such section.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modeling.calibration import COLDEST, HOTTEST
from modeling.labels import KINDS
from modeling.tasks import TASKS

LEFT, TOP, SIDE, RIGHT, BOTTOM = 34, 8, 200, 8, 34
"""Of a diagram in its own units: the plotted square and the margins around it."""
SMALLEST, LARGEST = 2.0, 6.0
"""Radii of a bin's dot; its area says how many of the pixels are in it."""
TICKS = (0.0, 0.5, 1.0)


def calibration_of(
    task: str, calibration: Mapping[str, Any] | None, reordered: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """Lay out a run's calibration; None where it has none.

    Args:
        task: Name of the model task.
        calibration: A ``calibration.json``.
        reordered: What calibration changes in the order of the pool (`active_learning.ranks.Reordered`), as stored.

    Returns:
        ``temperature``, ``calibrated``, ``reason``, ``validation``, ``reordered`` as stored; ``at_bound``, whether the
        temperature is the last that is tried; ``held_out`` (None without held-out labels): ``frames``, ``pixels``,
        ``diagram`` of the likeliest class, ``classes`` (``name``, ``color``, ``diagram``), each diagram with its
        ``errors`` as predicted and calibrated.
    """
    if not calibration:
        return None
    kept = {name: calibration[name] for name in ("temperature", "calibrated", "reason", "validation")}
    found = calibration["held_out"]
    at_bound = not COLDEST * 1.01 < kept["temperature"] < HOTTEST * 0.99
    return {
        **kept,
        "at_bound": at_bound,
        "reordered": reordered,
        "held_out": found and _held_out(task, found, kept["calibrated"]),
    }


def _held_out(task: str, found: Mapping[str, Any], calibrated: bool) -> dict[str, Any]:
    forms = [found["before"], found["after"]] if calibrated else [found["before"]]
    colors = {cls.name: cls.colors[0] for cls in KINDS[TASKS.get(task).kind].classes}
    classes = [
        {"name": rows[0]["name"], "color": colors.get(rows[0]["name"]), "diagram": diagram(rows)}
        for rows in zip(*(form["classes"] for form in forms), strict=True)
    ]
    counts = {name: found[name] for name in ("frames", "pixels")}
    return {**counts, "diagram": diagram(forms), "classes": classes}


def diagram(forms: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """A reliability diagram: what was promised to the right, what came true upwards.

    Args:
        forms: As predicted, then calibrated where it is; each with ``error`` and ``bins``.

    Returns:
        ``series``, as predicted first: ``dots`` (``x``, ``y``, ``r``, ``text``) and the ``path`` through them;
        ``errors`` of each, ``ticks`` and the ``box``.
    """
    return {
        "series": [_series(form["bins"]) for form in forms],
        "errors": [form["error"] for form in forms],
        "ticks": [{"x": _x(tick), "y": _y(tick), "value": f"{tick:g}"} for tick in TICKS],
        "box": {
            **{
                "left": LEFT,
                "top": TOP,
                "right": LEFT + SIDE,
                "bottom": TOP + SIDE,
                "middle": LEFT + SIDE // 2,
            },
            **{"width": LEFT + SIDE + RIGHT, "height": TOP + SIDE + BOTTOM},
        },
    }


def _series(bins: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    total = sum(row["pixels"] for row in bins)
    dots = [
        {
            "x": _x(row["promised"]),
            "y": _y(row["true"]),
            "r": round(SMALLEST + (LARGEST - SMALLEST) * (row["pixels"] / total) ** 0.5, 1),
            "text": f"promised {row['promised']:.2f}, true {row['true']:.2f}, {row['pixels']:,} pixels",
        }
        for row in bins
        if row["pixels"]
    ]
    return {"dots": dots, "path": "M" + " ".join(f"{dot['x']},{dot['y']}" for dot in dots) if dots else ""}


def _x(share: float) -> float:
    return round(LEFT + SIDE * share, 1)


def _y(share: float) -> float:
    return round(TOP + SIDE * (1 - share), 1)
