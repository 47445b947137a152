"""Books: painted elements in front of the cels, cut out with their own alpha."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.procedural.color import hsv
from datasets.procedural.design import Show
from datasets.procedural.plates.plate import AMBIENT
from datasets.procedural.plates.props import foliage, shaded
from datasets.procedural.plates.texture import blur, paint_over
from datasets.procedural.shapes import polygon, rect, ribbon
from datasets.procedural.stage import WIDEST, Stage


@dataclass(frozen=True, slots=True)
class Book:
    """``picture`` (H, W, 4) premultiplied; ``covers`` (H, W) where it shows (alpha of at least a
    half); ``outline`` the band of ``covers`` along its border, one line wide."""

    picture: NDArray[np.uint8]
    covers: NDArray[np.bool_]
    outline: NDArray[np.bool_]


def paint_book(show: Show, kind: str, hour: str, size: tuple[int, int], rng: np.random.Generator) -> Book:
    """Paint one book at the frame's size."""
    width, height = size
    stage = Stage(width, height, line_px=show.line_px)
    BOOK_PAINTERS[kind](stage, rng, width / height, show.plate_outline)
    paint_over(stage.picture, rng, 0.5 + 0.5 * show.plate_texture)
    lit = (stage.picture * np.array([*AMBIENT[hour], 1.0], np.float32)).clip(0, 255).astype(np.uint8)
    picture = blur(lit, float(rng.choice([0.0, 0.0, 0.003])) * height)
    covers = picture[..., 3] >= 128
    px = max(1, round(min(show.line_px, WIDEST) * height / 1080))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * px + 1, 2 * px + 1))
    inner = cv2.erode(covers.astype(np.uint8), kernel, borderType=cv2.BORDER_REPLICATE)
    return Book(picture, covers, covers & (inner == 0))


def _leaves(stage: Stage, rng: np.random.Generator, aspect: float, outline: float) -> None:
    color = hsv(rng.choice([95, 120, 35]), 0.5, 0.42)
    for x, y, size in (
        (0.0, 0.05, 0.5),
        (aspect * 0.36, 0.98, 0.3),
        (aspect * 0.62, 1.02, 0.3),
        (aspect, 0.95, 0.45),
    ):
        foliage(stage, rng, (x + float(rng.uniform(-0.1, 0.1)), y), size, color, outline)


def _pillar(stage: Stage, rng: np.random.Generator, aspect: float, outline: float) -> None:
    x, w = aspect * float(rng.uniform(0.3, 0.62)), float(rng.uniform(0.1, 0.22))
    color = hsv(rng.choice([30, 0, 210]), rng.uniform(0.05, 0.5), rng.uniform(0.35, 0.8))
    shaded(stage, rect(x, -0.1, x + w, 1.1), color, max(outline, 0.5))
    for y in (0.12, 0.86):
        shaded(stage, rect(x - 0.03, y, x + w + 0.03, y + 0.06), color, max(outline, 0.5))


def _railing(stage: Stage, rng: np.random.Generator, aspect: float, outline: float) -> None:
    color, top = hsv(rng.uniform(0, 360), 0.2, rng.uniform(0.3, 0.85)), float(rng.uniform(0.6, 0.75))
    for x in np.arange(-0.05, aspect, float(rng.uniform(0.09, 0.16))):
        shaded(stage, rect(x, top, x + 0.022, 1.1), color, outline * 0.7, side=-0.008)
    for y in (top, 0.97):
        shaded(stage, rect(-0.1, y - 0.02, aspect + 0.1, y + 0.02), color, max(outline, 0.5))


def _counter(stage: Stage, rng: np.random.Generator, aspect: float, outline: float) -> None:
    color, top = hsv(28, rng.uniform(0.2, 0.6), rng.uniform(0.4, 0.8)), float(rng.uniform(0.68, 0.8))
    front = polygon([(-0.1, top + 0.06), (aspect + 0.1, top + 0.06), (aspect + 0.1, 1.1), (-0.1, 1.1)])
    shaded(stage, front, color, outline, side=0)
    shaded(
        stage,
        polygon([(0.0, top), (aspect, top), (aspect + 0.1, top + 0.07), (-0.1, top + 0.07)]),
        hsv(30, 0.3, 0.85),
        max(outline, 0.5),
        side=0,
    )
    for _ in range(4):
        x, w, h = rng.uniform(0.05, aspect - 0.2), rng.uniform(0.04, 0.1), rng.uniform(0.06, 0.2)
        cup = rect(x, top + 0.03 - h, x + w, top + 0.03, 0.012)
        shaded(stage, cup, hsv(rng.uniform(0, 360), 0.45, 0.85), max(outline, 0.6))


def _bushes(stage: Stage, rng: np.random.Generator, aspect: float, outline: float) -> None:
    color = hsv(rng.choice([90, 110, 140]), 0.45, 0.45)
    for x in np.arange(0, aspect + 0.2, 0.24):
        foliage(stage, rng, (float(x), 1.0 + float(rng.uniform(-0.06, 0.1))), 0.24, color, outline)


def _doorway(stage: Stage, rng: np.random.Generator, aspect: float, outline: float) -> None:
    color = hsv(rng.uniform(15, 45), rng.uniform(0.1, 0.5), rng.uniform(0.25, 0.6))
    left, right = aspect * float(rng.uniform(0.2, 0.36)), aspect * float(rng.uniform(0.62, 0.8))
    shaded(stage, rect(-0.1, -0.1, left, 1.1), color, max(outline, 0.5))
    shaded(stage, rect(right, -0.1, aspect + 0.1, 1.1), color, max(outline, 0.5))
    handle = ribbon([(left - 0.05, 0.55), (left - 0.05, 0.66)], [0.012, 0.012])
    shaded(stage, handle, (0.8, 0.75, 0.5), max(outline, 0.5), side=-0.004)


BOOK_PAINTERS: dict[str, Callable[[Stage, np.random.Generator, float, float], None]] = {
    "leaves": _leaves,
    "pillar": _pillar,
    "railing": _railing,
    "counter": _counter,
    "bushes": _bushes,
    "doorway": _doorway,
}
"""Book painters by name."""
