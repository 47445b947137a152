"""Where the marks of the forecast's chart lie: plain numbers for SVG, which needs neither script nor style."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from active_learning.forecasting import Forecast, Needs

WIDTH, HEIGHT = 560, 300
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 12, 42
POINTS = 60
"""Places along the curve."""
REACH = 3
"""A chart goes on to so many times the labels there are, or to the target where that is nearer."""


def plot(forecast: Forecast, needs: Needs | None) -> dict[str, Any] | None:
    """The chart of a forecast; None where there is none.

    Returns:
        ``width``, ``height``, ``box`` (left, top, right, bottom), ``points`` (x, y, label), ``curve`` and ``band``
        (paths), ``target`` (y, value, and x where the curve comes to it), ``x_ticks`` and ``y_ticks`` (at, value).
    """
    if forecast.curves is None:
        return None
    labels, quality = forecast.labels, forecast.quality
    places = np.unique(np.geomspace(labels.min(), _last(forecast, needs), POINTS))
    low, middle, high = forecast.curves.at(places)
    # From the last round on: what has come is no forecast.
    ahead = places >= labels.max()
    scale = _Scale(places[0], places[-1], _floor(min(quality.min(), low[ahead].min(initial=1.0))))
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "box": {"left": LEFT, "top": TOP, "right": WIDTH - RIGHT, "bottom": HEIGHT - BOTTOM},
        "points": [
            {"x": scale.x(at), "y": scale.y(value), "label": f"round {entry.round.number}: {value:.3f}"}
            for entry, at, value in zip(forecast.entries, labels, quality, strict=True)
        ],
        "curve": _path(scale, places, middle),
        "band": _band(scale, places[ahead], low[ahead], high[ahead]),
        "target": _target(scale, needs),
        "x_ticks": [{"at": scale.x(tick), "value": f"{tick:,.0f}"} for tick in scale.x_ticks()],
        "y_ticks": [{"at": scale.y(tick), "value": f"{tick:.1f}"} for tick in scale.y_ticks()],
    }


def _last(forecast: Forecast, needs: Needs | None) -> float:
    """Labels at the right end."""
    last = float(forecast.labels.max())
    wanted = needs.labels.middle * 1.1 if needs and math.isfinite(needs.labels.middle) else 0.0
    return max(last + 1, min(float(forecast.limit), max(REACH * last, wanted)))


def _target(scale: _Scale, needs: Needs | None) -> dict[str, Any] | None:
    if needs is None or not scale.low <= needs.target <= 1:
        return None
    middle = needs.labels.middle
    there = scale.first <= middle <= scale.last
    return {
        "y": scale.y(needs.target),
        "value": f"{needs.target:g}",
        "x": scale.x(middle) if there else None,
    }


class _Scale:
    """Labels to the right, quality from ``low`` to 1 upwards."""

    def __init__(self, first: float, last: float, low: float) -> None:
        self.first, self.last, self.low = float(first), float(last), low

    def x(self, labels: float) -> str:
        share = (labels - self.first) / (self.last - self.first)
        return f"{LEFT + (WIDTH - LEFT - RIGHT) * share:.1f}"

    def y(self, quality: float) -> str:
        share = (quality - self.low) / (1 - self.low)
        return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * max(0.0, share):.1f}"

    def x_ticks(self) -> Iterable[float]:
        """Four to ten round numbers, fewer where labels are."""
        most = (self.last - self.first) / 4
        power = 10.0 ** math.floor(math.log10(most))
        step = max(1.0, *(size * power for size in (1, 2, 5) if size * power <= most))
        return np.arange(math.ceil(self.first / step) * step, self.last + 1e-9, step).tolist()

    def y_ticks(self) -> Iterable[float]:
        step = 0.1 if self.low >= 0.5 else 0.2
        return [1 - step * index for index in range(round((1 - self.low) / step) + 1)]


def _floor(value: float) -> float:
    return max(0.0, min(0.8, math.floor(value * 5) / 5))


def _path(scale: _Scale, xs: Iterable[float], ys: Iterable[float]) -> str:
    return "M" + "L".join(f"{scale.x(x)} {scale.y(y)}" for x, y in zip(xs, ys, strict=True))


def _band(scale: _Scale, xs: Any, low: Any, high: Any) -> str:
    if not len(xs):
        return ""
    return _path(scale, [*xs, *xs[::-1]], [*high, *low[::-1]]) + "Z"
