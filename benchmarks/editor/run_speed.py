"""The speed figures of one run, part by part, each in a browser of its own."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Browser

from editor import speed
from editor.browser import chromium, new_page, renderer_mb
from editor.editor_page import EditorPage
from editor.site import Case, Town

FILL_TOOL = "bucket"
Part = Callable[[EditorPage], Awaitable[dict[str, Any]]]


class SpeedRun:
    """Frames queued on the scratch site, and where it is served."""

    def __init__(self, town: Town, site: str, cases: list[Case], *, quick: bool) -> None:
        self.site = site
        self.cases = cases
        self.quick = quick
        self.cookie = town.cookie()
        self.walked = cases[1 : 7 if quick else 51]
        self.ids = town.queue("speed", [*cases[:1], *self.walked])

    async def all(self) -> dict[str, Any]:
        """Every figure by name."""
        small = self.quick
        fill_count, map_count, save_count, open_count = (8, 2, 4, 3) if small else (60, 15, 30, 15)
        first = self.ids[0]

        async def strokes(pen: bool, editor: EditorPage) -> dict[str, Any]:
            return await speed.strokes(editor, pen=pen, repeat=1 if small else 3)

        parts: dict[str, Part] = {
            "stroke_mouse": lambda editor: strokes(False, editor),
            "stroke_pen": lambda editor: strokes(True, editor),
            "fill": lambda editor: speed.fills(editor, self.cases[0], tool=FILL_TOOL, count=fill_count),
            "region_map_color": lambda editor: speed.region_map(editor, by="color", gap=4, count=map_count),
            "region_map_lines": lambda editor: speed.region_map(editor, by="lines", gap=4, count=map_count),
            "save": lambda editor: speed.saves(editor, count=save_count),
            "reopen": lambda editor: speed.reopen(editor, first, count=open_count),
        }
        found: dict[str, Any] = {"load_before": os.getloadavg()[0]}
        for name, part in parts.items():
            found[name] = await self._part(part)
            print(f"{name}: {found[name]}", flush=True)
        found |= await self._walk()
        return {**found, "load_after": os.getloadavg()[0]}

    async def _part(self, part: Part) -> dict[str, Any]:
        async with chromium() as browser:
            editor = await self._editor(browser, self.ids[0])
            await editor.settings(penPressure=True)
            return await part(editor)

    async def _editor(self, browser: Browser, assignment: int) -> EditorPage:
        page = await new_page(browser, self.site, self.cookie)
        await page.add_init_script(speed.MARK_READY)
        editor = EditorPage(page)
        await editor.open(assignment)
        return editor

    async def _walk(self) -> dict[str, Any]:
        """Frame after frame in one page: opening, and what the renderer holds in the end."""
        async with chromium() as browser:
            blank = await (await browser.new_context()).new_page()
            await blank.goto("about:blank")
            before = await renderer_mb(browser)
            await blank.context.close()
            editor = await self._editor(browser, self.ids[1])
            opened = await speed.walk(editor, frames=len(self.walked), strokes_a_frame=4)
            after = await renderer_mb(browser)
        memory = {"blank": before, "editor": after, "above_blank": after - before}
        return {"open": opened, "memory_mb": memory}
