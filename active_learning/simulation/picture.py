"""The learning curves of a simulation as a PNG: over frames and over effort, with 95 % bands."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BANDED = 6
"""Strategies beyond which bands would hide each other: only those of the yardsticks and of the first are drawn."""
LEVELS = (1.0, 0.95)
"""Shares of the full pool's quality that are drawn as lines."""


def picture(results: Mapping[str, Any]) -> bytes:
    """PNG of `active_learning.simulation.results.results`."""
    figure = Figure(figsize=(13, 5.2), dpi=110, layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    for panel, over, text in zip(axes, ("labels", "effort"), _axis_names(results), strict=True):
        _panel(panel, results, over)
        panel.set_xlabel(text)
    axes[0].set_ylabel(f"{results['headline']} on the held-out frames")
    if results["strategies"]:
        handles, names = axes[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside right upper", frameon=False, fontsize=9)
    figure.suptitle(f"{results['task']}, {results['pool']['frames']:,} frames, {len(results['seeds'])} seeds")
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _axis_names(results: Mapping[str, Any]) -> tuple[str, str]:
    return "frames labelled", f"effort ({results['effort']['name']}, sides of pixels)"


def _panel(panel: Axes, results: Mapping[str, Any], over: str) -> None:
    panel.grid(alpha=0.25)
    panel.spines[["top", "right"]].set_visible(False)
    for number, (label, found) in enumerate(results["strategies"].items()):
        color = colormaps["tab20"]((number * 2 + number // 10) % 20)
        x = [row[over] for row in found["rounds"]]
        panel.plot(
            x, [row["mean"] for row in found["rounds"]], color=color, marker="o", markersize=3, label=label
        )
        bounds = [row["interval"] for row in found["rounds"]]
        if all(bounds) and _banded(results, label, number):
            low, high = zip(*bounds, strict=True)
            panel.fill_between(x, low, high, color=color, alpha=0.13, linewidth=0)
    full = (results["full"] or {}).get("mean")
    for share in LEVELS if full is not None else ():
        name = "full pool" if share == 1 else f"{share:.0%} of it"
        panel.axhline(
            share * float(full or 0),
            color="0.35",
            linestyle="--" if share == 1 else ":",
            linewidth=1,
            label=name,
        )


def _banded(results: Mapping[str, Any], label: str, number: int) -> bool:
    yardstick = any(label in found["differences"] for found in results["strategies"].values())
    return len(results["strategies"]) <= BANDED or number == 0 or yardstick
