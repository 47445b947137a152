"""Where the marks of the comparison page's charts lie: plain numbers for SVG, which needs neither script nor style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from active_learning.comparisons import FrameChange
from modeling.comparing import Difference

LINKED = 1000
"""So many points, those that changed most, are links; the others are drawn as one path."""
WIDTH, HEIGHT = 560, 440
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 12, 44
BAR_WIDTH, BAR_MIDDLE = 260, 130
BAR_REACH = 118
"""Half the width of the chart of differences, px."""


def scatter(frames: Sequence[FrameChange]) -> dict[str, Any]:
    """A point a frame: the old model's figure to the right, the new one's upwards.

    Args:
        frames: The worst change first.

    Returns:
        ``points`` (``x``, ``y``, ``tone``, quoted ``key``, ``label``) that are links, the worst first; ``rest``, a path
        of the ``others``; ``ticks`` (``value``, ``x``, ``y``), the plot's ``box`` and its ``middle``.
    """
    low = _floor(min((value for frame in frames for value in (frame.old, frame.new)), default=0.0))
    half = LINKED // 2
    linked = frames if len(frames) <= LINKED else [*frames[:half], *frames[-half:]]
    others = frames[half:-half] if len(frames) > LINKED else ()
    rest = "".join(f"M{_x(frame.old, low)} {_y(frame.new, low)}h0" for frame in others)
    step = 0.1 if 1 - low <= 0.5 else 0.2
    count = round((1 - low) / step)
    ticks = [1 - step * index for index in range(count + 1)]
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "points": [
            {
                "x": _x(frame.old, low),
                "y": _y(frame.new, low),
                "tone": _tone(frame.change),
                "key": quote(frame.key),
                "label": f"{frame.key}: {frame.old:.3f} to {frame.new:.3f}",
            }
            for frame in linked
        ],
        "rest": rest,
        "others": len(others),
        "ticks": [{"value": f"{tick:.1f}", "x": _x(tick, low), "y": _y(tick, low)} for tick in ticks],
        "box": {"left": LEFT, "top": TOP, "right": WIDTH - RIGHT, "bottom": HEIGHT - BOTTOM},
        "middle": {"x": (LEFT + WIDTH - RIGHT) // 2, "y": (TOP + HEIGHT - BOTTOM) // 2},
    }


def differences(rows: Sequence[Difference]) -> list[dict[str, Any]]:
    """A bar a difference, all on one scale.

    Returns:
        ``row``, ``tone``, and ``x``, ``low``, ``high`` in px of a chart `BAR_WIDTH` wide; None where nothing is known.
    """
    reach = reach_of(rows)
    return [
        {
            "row": row,
            "tone": "bad" if row.loses else "good" if row.gains else "",
            "x": _bar(row.value, reach),
            "low": _bar(row.interval.low, reach) if row.interval else None,
            "high": _bar(row.interval.high, reach) if row.interval else None,
        }
        for row in rows
    ]


def reach_of(rows: Sequence[Difference]) -> float:
    """The difference at the right end of that chart: the next of 0.01, 0.02, 0.05, 0.1, ... that nothing exceeds."""
    ends = [abs(end) for row in rows if row.interval for end in (row.interval.low, row.interval.high)]
    most = max([*ends, *(abs(row.value) for row in rows if row.value is not None), 0.01])
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= most - 1e-9)


def _bar(value: float | None, reach: float) -> str | None:
    return None if value is None else f"{BAR_MIDDLE + BAR_REACH * value / reach:.1f}"


def _floor(value: float) -> float:
    """The tenth below, at most 0.8 so that something is left to see."""
    return max(0.0, min(0.8, math.floor(value * 10) / 10))


def _x(value: float, low: float) -> str:
    return f"{LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (1 - low):.1f}"


def _y(value: float, low: float) -> str:
    return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (1 - low):.1f}"


def _tone(change: float) -> str:
    return "worse" if change < 0 else "better" if change > 0 else "same"
