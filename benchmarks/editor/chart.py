"""The curves of IoU over actions, as JSON and as a picture."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from editor.effort import ARMS, GOAL

# Okabe and Ito's colours, told apart by colour-blind people.
COLORS = {"brush": "#555555", "fill": "#0072B2", "draft": "#D55E00", "areas": "#CC79A7"}
NAMES = {
    "brush": "brush",
    "fill": "region fill",
    "draft": "draft, lumps wrong",
    "areas": "draft, areas wrong",
}
WIDTH, HEIGHT, LEFT, TOP = 420, 240, 50, 34
LOW = 0.5
"""IoU at the foot of the picture."""


def write_effort(folder: Path, effort: dict[str, Any]) -> None:
    """Write ``effort.json`` (every frame's curve) and ``effort.svg`` (medians by source)."""
    (folder / "effort.json").write_text(json.dumps(effort))
    (folder / "effort.svg").write_text(svg(effort))


def median_curve(curves: Sequence[Sequence[tuple[int, float]]]) -> list[tuple[int, float]]:
    """Median IoU over frames after each number of actions; a finished frame stays where it ended."""
    last = max(curve[-1][0] for curve in curves)
    at = np.arange(last + 1)
    rows = [_held(curve, at) for curve in curves]
    return list(zip(at.tolist(), np.median(rows, axis=0).tolist(), strict=True))


def _held(curve: Sequence[tuple[int, float]], at: np.ndarray) -> np.ndarray:
    """The last IoU noted at or before each number of actions."""
    counts, values = zip(*curve, strict=True)
    return np.asarray(values)[np.searchsorted(counts, at, side="right") - 1]


def svg(effort: dict[str, Any]) -> str:
    """One panel a source, side by side."""
    panels = "".join(
        f'<g transform="translate({LEFT + number * (WIDTH + 90)} {TOP})">{_panel(name, source["frames"])}</g>'
        for number, (name, source) in enumerate(effort.items())
    )
    width, height = len(effort) * (WIDTH + 90) + 60, HEIGHT + TOP + 50
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="#fff"/>{panels}</svg>\n'
    )


def _panel(name: str, frames: Sequence[dict[str, Any]]) -> str:
    curves = {arm: median_curve([row[arm]["curve"] for row in frames]) for arm in ARMS}
    most = max(10, *(curve[-1][0] for curve in curves.values()))
    parts = [f'<text x="0" y="-14" font-weight="bold">{name}, {len(frames)} frames, median</text>']
    parts += [_level(value / 10) for value in range(5, 11)]
    parts.append(f'<line x2="{WIDTH}" y1="{_y(GOAL)}" y2="{_y(GOAL)}" stroke="#000" stroke-dasharray="5 3"/>')
    step = max(1, round(most / 50) * 10)
    parts += [_tick(count, most) for count in range(0, most + 1, step)]
    parts.append(f'<text x="{WIDTH / 2}" y="{HEIGHT + 34}" text-anchor="middle">actions</text>')
    parts += [_line(curve, arm, most) for arm, curve in curves.items()]
    parts += [_key(arm, number) for number, arm in enumerate(ARMS)]
    return "".join(parts)


def _x(count: float, most: int) -> float:
    return round(count / most * WIDTH, 1)


def _y(value: float) -> float:
    return round(HEIGHT * (1 - (max(value, LOW) - LOW) / (1 - LOW)), 1)


def _level(value: float) -> str:
    return (
        f'<line x2="{WIDTH}" y1="{_y(value)}" y2="{_y(value)}" stroke="#ddd"/>'
        f'<text x="-8" y="{_y(value) + 4}" text-anchor="end">{value:.1f}</text>'
    )


def _tick(count: int, most: int) -> str:
    return f'<text x="{_x(count, most)}" y="{HEIGHT + 16}" text-anchor="middle">{count}</text>'


def _line(curve: Sequence[tuple[int, float]], arm: str, most: int) -> str:
    points = " ".join(f"{_x(count, most)},{_y(value)}" for count, value in curve)
    return f'<polyline points="{points}" fill="none" stroke="{COLORS[arm]}" stroke-width="2"/>'


def _key(arm: str, number: int) -> str:
    y = HEIGHT - 14 - 16 * (len(ARMS) - 1 - number)
    return (
        f'<rect x="{WIDTH - 150}" y="{y - 8}" width="14" height="4" fill="{COLORS[arm]}"/>'
        f'<text x="{WIDTH - 130}" y="{y}">{NAMES[arm]}</text>'
    )
