"""The editor in a page: opening frames, choosing, looking at the map it holds."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Page

from editor.browser import View

Array = NDArray[np.uint8]

PATIENCE = 60
"""Seconds after which a page that is not ready is broken."""

# Modules are one a URL, so this is the table of tools that the editor asks for what to draw under the pointer; it
# hands itself over then. The page's policy forbids what Playwright's own waiting for a function does.
UNTIL_READY = """
async () => {
    const pause = (ms) => new Promise((later) => setTimeout(later, ms));
    while (document.body.dataset.state !== "ready") await pause(10);
    if (globalThis.__editor) return;
    const { TOOLS } = await import(new URL("/static/editor/tools/index.js", location.href).href);
    const huds = Object.values(TOOLS).map((tool) => [tool, tool.hud]);
    for (const [tool, hud] of huds) {
        tool.hud = (...given) => {
            globalThis.__editor = given[2].editor;
            hud?.apply(tool, given);
        };
    }
    while (!globalThis.__editor) {
        document.querySelector("#stage").dispatchEvent(new PointerEvent("pointermove", { clientX: 500, clientY: 500 }));
        await pause(10);
    }
    for (const [tool, hud] of huds) tool.hud = hud;
}
"""

UNTIL_REGIONS = """
async () => {
    while (document.body.dataset.regions !== "ready") await new Promise((later) => setTimeout(later, 10));
}
"""


class EditorPage:
    """One page with the editor."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def open(self, assignment: int) -> None:
        """Open a frame and wait until one can draw."""
        await self.page.goto(f"/annotate/{assignment}/")
        await self.ready()

    async def ready(self) -> None:
        """Wait until one can draw and the probe knows the editor."""
        await asyncio.wait_for(self.page.evaluate(UNTIL_READY), PATIENCE)

    async def settings(self, **values: Any) -> None:
        """Choose tool, size, value and the like."""
        await self.page.evaluate("(values) => __editor.store.set(values)", values)

    async def act(self, name: str) -> None:
        """Do what a key or button does."""
        await self.page.evaluate("(name) => __editor.act(name)", name)

    async def zoom(self, scale: float | None) -> None:
        """Look at the frame's middle at so many screen pixels a frame pixel; None fits it."""
        await self.page.evaluate(
            """(scale) => {
                const { viewport, renderer } = __editor;
                if (scale === null) viewport.fit();
                else viewport.zoomTo(scale);
                renderer.invalidateAll();
            }""",
            scale,
        )
        await self.settle()

    async def regions_ready(self) -> None:
        """Wait until the regions of the tool in hand are worked out."""
        await asyncio.wait_for(self.page.evaluate(UNTIL_REGIONS), PATIENCE)

    async def settle(self) -> None:
        """Wait until what is due has been drawn."""
        await self.page.evaluate(
            "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
        )

    async def view(self) -> View:
        """Where the frame lies now; the view is neither turned nor mirrored here."""
        x, y, scale = await self.page.evaluate(
            """() => {
                const box = document.querySelector("#stage").getBoundingClientRect();
                const { viewport } = __editor;
                const ratio = viewport.screenWidth / box.width;
                const { x, y } = viewport.toScreen(0, 0);
                return [box.left + x / ratio, box.top + y / ratio, viewport.scale / ratio];
            }"""
        )
        return View(x, y, scale)

    async def mask(self) -> Array:
        """The map as it is in the page: (H, W) uint8, 1 where the value is 1."""
        width, height, packed = await self.page.evaluate(
            """() => {
                const { width, height, sheet } = __editor.store.doc;
                const { values } = sheet;
                const bytes = new Uint8Array(Math.ceil(values.length / 8));
                for (let i = 0; i < values.length; i++) if (values[i] === 1) bytes[i >> 3] |= 128 >> (i & 7);
                const parts = [];
                for (let i = 0; i < bytes.length; i += 8192) {
                    parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
                }
                return [width, height, btoa(parts.join(""))];
            }"""
        )
        bits = np.unpackbits(np.frombuffer(base64.b64decode(packed), np.uint8), count=width * height)
        return bits.reshape(height, width)

    async def entries(self) -> list[dict[str, Any]]:
        """What the probe has noted since the last call."""
        return await self.page.evaluate("() => { const all = __probe.entries; __probe.reset(); return all; }")
