"""A long session as fast as it goes: does anything grow? Strokes, undo, zoom, turning and 200 frames in one tab.

    python benchmarks/editor/soak.py [--hours 2] [--minutes 10]

An hour is 1,800 strokes (one every two seconds) over 100 frames of 1920 x 1080. After every fifth frame garbage is
collected and noted are the renderer's resident memory, how much of it is Chromium's cache of decoded pictures
(memory.py) and how much is not (``rest_mb``), the JavaScript heap, and how many nodes and listeners the page holds.
The slopes are least-squares lines over the session's second half, a session hour. ``--minutes`` ends it early;
``hours_done`` says how far it came. The last line is one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from editor.browser import Hand, Point, chromium, new_page, renderer_mb  # noqa: E402
from editor.editor_page import EditorPage  # noqa: E402
from editor.memory import picture_cache_mb  # noqa: E402
from editor.speed import HAND_IN  # noqa: E402

WIDTH, HEIGHT = 1920, 1080
FRAMES_AN_HOUR, STROKES_A_FRAME = 100, 18
SAMPLE_EVERY = 5
WARM = 0.5
"""Share of the session that only warms caches up."""
TOOLS = ("brush", "pencil", "eraser", "line", "lasso", "rectangle", "bucket")
VIEWS = ("view.zoomIn", "view.rotateRight", "view.mirror", "view.zoomOut", "view.straighten", "view.fit")


@dataclass(frozen=True)
class Plate:
    """A frame to draw on: flat areas over a ramp, others for each seed."""

    seed: int
    draft: None = None

    @property
    def name(self) -> str:
        """Unique name of the frame."""
        return f"{self.seed:06d}"

    @property
    def rgb(self) -> NDArray[np.uint8]:
        """The picture, (H, W, 3) uint8."""
        rng = np.random.default_rng(self.seed)
        rgb = np.repeat(np.linspace(60, 200, WIDTH).astype(np.uint8)[None, :, None], HEIGHT, 0).repeat(3, 2)
        for _ in range(12):
            y, x = int(rng.integers(0, HEIGHT - 200)), int(rng.integers(0, WIDTH - 300))
            rgb[y : y + int(rng.integers(40, 200)), x : x + int(rng.integers(40, 300))] = rng.integers(
                0, 255, 3
            )
        return rgb


def main() -> None:
    """Run it, print the samples as they come and the summary last."""
    options = parsed()
    with tempfile.TemporaryDirectory(prefix="sakkan-soak-") as scratch:
        from editor.site import use_scratch

        use_scratch(Path(scratch) / "data")
        figures = asyncio.run(soak(options.hours, options.minutes))
    print(json.dumps(figures))


def parsed() -> argparse.Namespace:
    """Options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--hours", type=float, default=2.0, help="length of the session that is played")
    parser.add_argument("--minutes", type=float, default=60.0, help="end after so many minutes in any case")
    return parser.parse_args()


async def soak(hours: float, minutes: float) -> dict[str, Any]:
    """Play a session; return its figures."""
    from machine import machine

    from editor.site import Town, serve

    frames = max(SAMPLE_EVERY * 4, round(hours * FRAMES_AN_HOUR))
    town = Town()
    ids = town.queue("soak", [Plate(seed) for seed in range(frames)])
    end = time.monotonic() + 60 * minutes
    with serve() as site:
        async with chromium() as browser:
            page = await new_page(browser, site, town.cookie())
            session = Session(browser, EditorPage(page), await Hand.of(page))
            await session.editor.open(ids[0])
            samples = await session.play(frames, end)
    return {"machine": machine(), **summary(samples), "samples": samples}


class Session:
    """One tab from frame to frame."""

    def __init__(self, browser: Any, editor: EditorPage, hand: Hand) -> None:
        self.browser = browser
        self.editor = editor
        self.hand = hand
        self.strokes = 0

    async def play(self, frames: int, end: float) -> list[dict[str, float]]:
        """Draw on frame after frame; a sample every few of them."""
        samples = []
        for number in range(frames):
            await self._frame(number)
            if (number + 1) % SAMPLE_EVERY == 0:
                samples.append(await self._sample(number + 1))
                print(json.dumps(samples[-1]), flush=True)
            if time.monotonic() > end or number + 1 == frames:
                break
            await self._next()
        return samples

    async def _frame(self, number: int) -> None:
        for turn, points in enumerate(ways(number)):
            tool = TOOLS[(number + turn) % len(TOOLS)]
            await self.editor.settings(tool=tool, value=turn % 2, size=8 + 9 * turn)
            await self.hand.stroke(points)
            self.strokes += 1
            if turn % 3 == 0:
                await self.editor.act(VIEWS[(turn // 3) % len(VIEWS)])
        for action in ("edit.undo", "edit.undo", "edit.undo", "edit.redo", "view.straighten", "view.fit"):
            await self.editor.act(action)
        await self.editor.settle()

    async def _next(self) -> None:
        """Hand the frame in and open the next one in the same page."""
        # The probe's own notes would be the only thing that grows.
        await self.editor.page.evaluate("__probe.reset()")
        await self.editor.page.evaluate(HAND_IN)
        await self.editor.ready()

    async def _sample(self, frames: int) -> dict[str, float]:
        cdp = self.hand.cdp
        await cdp.send("HeapProfiler.collectGarbage")
        heap = await cdp.send("Runtime.getHeapUsage")
        nodes = await cdp.send("Memory.getDOMCounters")
        resident, pictures = await renderer_mb(self.browser), await picture_cache_mb(self.browser)
        return {
            "hours": frames / FRAMES_AN_HOUR,
            "frames": frames,
            "strokes": self.strokes,
            "rss_mb": round(resident, 1),
            "pictures_mb": round(pictures, 1),
            "rest_mb": round(resident - pictures, 1),
            "heap_mb": round(heap["usedSize"] / 2**20, 2),
            "nodes": nodes["nodes"],
            "listeners": nodes["jsEventListeners"],
        }


def ways(number: int) -> Iterator[Sequence[Point]]:
    """The strokes of one frame over the middle of the page, page px."""
    rng = np.random.default_rng(number)
    for _ in range(STROKES_A_FRAME):
        start = rng.uniform((300, 150), (1300, 700))
        turns = np.cumsum(rng.normal(0, 0.5, 24))
        steps = rng.uniform(6, 22) * np.stack([np.cos(turns), np.sin(turns)], 1)
        yield [(float(x), float(y)) for x, y in np.clip(start + np.cumsum(steps, 0), (150, 80), (1500, 820))]


def summary(samples: Sequence[dict[str, float]]) -> dict[str, Any]:
    """How far it came, what was held at the end, and how each figure grew an hour once it was warm."""
    warm = [row for row in samples if row["hours"] > WARM * samples[-1]["hours"]]
    hours = [row["hours"] for row in warm]
    slope = {name: round(float(np.polyfit(hours, [row[name] for row in warm], 1)[0]), 2) for name in MEASURED}
    return {
        "hours_done": samples[-1]["hours"],
        "strokes": samples[-1]["strokes"],
        **{f"{name}_end": samples[-1][name] for name in MEASURED},
        **{f"{name}_an_hour": value for name, value in slope.items()},
    }


MEASURED = ("rss_mb", "pictures_mb", "rest_mb", "heap_mb", "nodes", "listeners")


if __name__ == "__main__":
    main()
