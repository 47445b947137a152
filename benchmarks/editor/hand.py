"""What a hand can do in one stroke: how far it gets in a given time, and how much it shakes.

The steering law (Accot and Zhai 1997, "Beyond Fitts' law") says that following a tunnel takes time in proportion to
length over width. So a stroke that must stay within ``width`` pixels goes ``width / STEERING`` pixels a second, never
faster than `TOP_SPEED`, and in ``seconds`` of movement gets that much further. ``STEERING`` = 0.08 s is an assumption
of ours, for a practised hand with a pen. The hand then wanders inside the tunnel: the width holds 96 % of a normal
distribution, the convention of Fitts' law ("effective width"), so its standard deviation is ``width / 4.13``.
All lengths are pixels of the frame; the frames here are drawn at about one screen pixel each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

Points = NDArray[np.float64]
"""(N, 2) of x, y."""

STEERING = 0.08
TOP_SPEED = 1200.0
STROKE_SECONDS = 1.5
"""A person lifts, looks and goes on after about this long."""
TURN_SECONDS = 0.15
"""Turning round at the end of a row: our assumption."""
WANDER = 25.0
"""The hand's deviation changes over about this many px of its way."""
STEP = 4.0
"""Distance of the points that a pen sends, px."""


def reach(width: float, seconds: float = STROKE_SECONDS) -> float:
    """Length of a stroke of ``seconds`` inside a tunnel of a width, px."""
    return seconds * min(TOP_SPEED, max(width, 1.0) / STEERING)


def deviation(width: float) -> float:
    """Standard deviation of the hand across a tunnel of a width, px; at full speed more room shakes it no more."""
    return min(width, TOP_SPEED * STEERING) / 4.13


def length_of(points: Points) -> float:
    """Length of a way, px."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def resampled(points: Points | Sequence[tuple[float, float]], step: float = STEP) -> Points:
    """The same way with points at equal distances, first and last kept."""
    way = np.asarray(points, np.float64)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(way, axis=0).T))])
    count = max(2, int(along[-1] / step) + 1)
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, way[:, 0]), np.interp(at, along, way[:, 1])], axis=1)


def cut_to(points: Points, length: float) -> Points:
    """The first ``length`` px of a way."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    return points[: max(1, int(np.searchsorted(along, length, side="right")))]


def shaken(points: Points, width: float, rng: np.random.Generator) -> Points:
    """The way a hand really takes: off the meant one by a smooth deviation in x and in y."""
    noise = rng.normal(size=points.shape)
    smooth = gaussian_filter1d(noise, WANDER / STEP / 2, axis=0, mode="wrap")
    spread = smooth.std()
    if len(points) < 4 or spread == 0:
        return points + rng.normal(scale=deviation(width), size=points.shape).clip(-width, width) / 2
    return points + smooth / spread * deviation(width)
