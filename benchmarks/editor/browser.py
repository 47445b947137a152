"""A headless Chromium on the CPU, hands that move in it, and what its processes hold in memory."""

from __future__ import annotations

import asyncio
import math
import os
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
VIEW = {"width": 1920, "height": 1080}
PROBE = Path(__file__).with_name("probe.js")
Point = tuple[float, float]

BUTTONS = {"none": 0, "left": 1, "right": 2}


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The system's Chromium ($CHROMIUM, else ``chromium`` on the path), without a window and without a GPU."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(ARGS))
        try:
            yield browser
        finally:
            await browser.close()


async def new_page(browser: Browser, site: str, cookie: tuple[str, str]) -> Page:
    """A page of 1920 x 1080 in a context of its own, signed in, with the probe in it."""
    context = await browser.new_context(base_url=site, viewport=VIEW)  # type: ignore[arg-type]
    await context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": site}])
    await context.add_init_script(path=PROBE)
    page = await context.new_page()
    page.on("pageerror", lambda error: print(f"error in the page: {error}", flush=True))
    return page


@dataclass
class Hand:
    """Moves the pointer by the browser's own input path, as fast as asked and without waiting for the page.

    So the page gets what a device would send: events that came while it was busy are merged, with their points kept
    in ``getCoalescedEvents``. Coordinates are page pixels.
    """

    cdp: CDPSession
    pen: bool = False

    @classmethod
    async def of(cls, page: Page, *, pen: bool = False) -> Hand:
        """A hand on this page."""
        return cls(await page.context.new_cdp_session(page), pen)

    async def hover(self, at: Point) -> None:
        """Rest over a point."""
        await self._send("mouseMoved", at, "none")

    async def click(self, at: Point, button: str = "left") -> None:
        """Press and lift."""
        await self._send("mousePressed", at, button)
        await self._send("mouseReleased", at, button)

    async def stroke(self, points: Sequence[Point], seconds: float = 0.0, button: str = "left") -> None:
        """Press at the first point, pass the others within ``seconds`` (0: at once), lift at the last."""
        await self.draw(points, seconds, button)
        await self.lift(points[-1], button)

    async def lift(self, at: Point, button: str = "left") -> None:
        """Let go."""
        await self._send("mouseReleased", at, button)

    async def draw(self, points: Sequence[Point], seconds: float = 0.0, button: str = "left") -> None:
        """As `stroke`, but the button stays down."""
        loop = asyncio.get_running_loop()
        sent = [asyncio.ensure_future(self._send("mousePressed", points[0], button))]
        begin = loop.time()
        for number, point in enumerate(points[1:], 1):
            pause = begin + seconds * number / len(points) - loop.time()
            if seconds:
                await asyncio.sleep(max(0.0, pause))
            pressure = 0.3 + 0.6 * math.sin(math.pi * number / len(points))
            sent.append(asyncio.ensure_future(self._send("mouseMoved", point, button, pressure)))
        await asyncio.gather(*sent)

    async def _send(self, kind: str, at: Point, button: str, pressure: float = 0.5) -> None:
        held = BUTTONS[button] if kind != "mouseReleased" else 0
        event: dict[str, Any] = {"type": kind, "x": at[0], "y": at[1], "button": button, "buttons": held}
        if kind != "mouseMoved":
            event["clickCount"] = 1
        if self.pen:
            event |= {"pointerType": "pen", "force": pressure if held else 0.0}
        await self.cdp.send("Input.dispatchMouseEvent", event)


@dataclass(frozen=True)
class View:
    """Where the frame lies: page coordinates of its corner, page pixels a frame pixel."""

    x: float
    y: float
    scale: float

    def at(self, point: Point) -> Point:
        """Page coordinates of a point of the frame."""
        return self.x + point[0] * self.scale, self.y + point[1] * self.scale


async def renderer_mb(browser: Browser) -> float:
    """Resident memory of the largest renderer process in MiB (Chromium keeps a spare one beside it)."""
    cdp = await browser.new_browser_cdp_session()
    info = await cdp.send("SystemInfo.getProcessInfo")
    await cdp.detach()
    renderers = [row["id"] for row in info["processInfo"] if row["type"] == "renderer"]
    return max(resident_kb(Path(f"/proc/{pid}/status")) for pid in renderers) / 1024


def resident_kb(status: Path) -> int:
    """``VmRSS`` of a /proc status file in KiB; 0 when the process is gone."""
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
