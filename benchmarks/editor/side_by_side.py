"""One mask drawn by the same scripted strokes in two programs: the strokes, and what is taken of each program."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Browser, Page

from editor.browser import Hand, View, renderer_mb
from editor.brushwork import Mask, Room, largest_part, rows
from editor.hand import Points, resampled
from editor.speed import Figures

SIZE = 40
"""Brush width in frame px; Label Studio's goes up to 50 px of the screen."""
PIECE = 700
"""Length of a stroke in frame px."""
SECONDS = 0.8
"""Time a stroke takes: 875 px a second."""
RATE = 240
"""Points a second that a pen sends."""


def scripted(truth: Mask) -> list[Points]:
    """Strokes that paint the largest part of a mask: to and fro over it, row by row; frame px.

    Args:
        truth: (H, W) uint8 of 0 and 1.
    """
    room = Room(truth, np.zeros_like(truth), erases=False)
    left = (room.depth >= SIZE / 2).astype(np.uint8)
    strokes: list[Points] = []
    while (area := largest_part(left)) is not None and area.sum() > SIZE * SIZE:
        way = resampled(rows(area, round(0.7 * SIZE)), PIECE / (RATE * SECONDS))
        strokes += [
            piece
            for piece in np.array_split(way, max(1, round(len(way) / (RATE * SECONDS))))
            if len(piece) > 1
        ]
        left[_rows_of(way, left.shape)] = 0
    return strokes


def _rows_of(way: Points, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """What a way has dealt with: its pixels, a row's distance to both sides."""
    import cv2

    dealt = np.zeros(shape, np.uint8)
    cv2.polylines(dealt, [np.round(way).astype(np.int32).reshape(-1, 1, 2)], False, 1, round(1.5 * SIZE))
    return dealt == 1


async def strokes_drawn(page: Page, hand: Hand, view: View, ways: Sequence[Points]) -> dict[str, Any]:
    """Draw them; the cost of each event, long tasks, and the time from the first press to the last painting, ms.

    The pointer moves on whole page pixels, as a mouse does; ``ways`` of the answer are the points that this makes.
    """
    await page.evaluate("__probe.reset()")
    begin = await page.evaluate("performance.now()")
    works: list[list[float]] = []
    pages = [np.round([view.at((float(x), float(y))) for x, y in way]) for way in ways]
    for way in pages:
        await hand.stroke([(float(x), float(y)) for x, y in way], SECONDS)
        await page.evaluate(PAINTED)
        works.append(
            [row["work"] for row in await page.evaluate("__probe.entries.splice(0)") if row["kind"] != "up"]
        )
    end = await page.evaluate("performance.now()")
    tasks = [task["duration"] for task in await page.evaluate("__probe.tasks")]
    tenth = max(1, len(works) // 10)
    return {
        "ways": [(way - [view.x, view.y]) / view.scale for way in pages],
        "strokes": len(works),
        "event": Figures([work for stroke in works for work in stroke]).summary(),
        "event_first_tenth": Figures([work for stroke in works[:tenth] for work in stroke]).summary(),
        "event_last_tenth": Figures([work for stroke in works[-tenth:] for work in stroke]).summary(),
        "long_tasks": {"n": len(tasks), "longest": max(tasks, default=0.0), "sum": sum(tasks)},
        "seconds": (end - begin) / 1000,
        "seconds_of_input": SECONDS * len(works),
    }


PAINTED = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"


async def finish(browser: Browser, drawn: dict[str, Any], saved: dict[str, Any]) -> dict[str, Any]:
    """Put together what is told of a program."""
    return {**drawn, **saved, "renderer_mb": await renderer_mb(browser)}


def compared(alpha: NDArray[np.uint8], expected: Mask) -> dict[str, int]:
    """How exact a stored mask is beside discs of the brush's width along the strokes, in pixels.

    Args:
        alpha: (H, W) uint8 as stored, 0 to 255.
        expected: (H, W) uint8 of 0 and 1.
    """
    partly = (alpha > 0) & (alpha < 255)
    return {
        "drawn": int(expected.sum()),
        "half_transparent": int(partly.sum()),
        "different_at_half": int(((alpha > 127) != (expected == 1)).sum()),
    }


def discs(shape: tuple[int, int], ways: Sequence[Points], size: int) -> Mask:
    """The strokes as discs of a width along Bresenham lines: a pixel belongs where its centre lies in a disc."""
    from tests.browser.drawing import bresenham

    out = np.zeros((shape[0] + 2 * size, shape[1] + 2 * size), np.uint8)
    stamp = (np.hypot(*(np.mgrid[:size, :size] + 0.5 - size / 2)) <= size / 2).astype(np.uint8)
    for way in ways:
        corners = np.floor(way - size / 2 + 0.5).astype(int).clip(-size, [shape[1], shape[0]])
        for start, end in itertools.pairwise([corners[0], *corners]):
            for x, y in bresenham((int(start[0]), int(start[1])), (int(end[0]), int(end[1]))):
                out[y + size : y + 2 * size, x + size : x + 2 * size] |= stamp
    return out[size:-size, size:-size]
