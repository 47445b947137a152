"""The effort of one run: some frames of each source, drawn with each arm's tools."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from editor.browser import chromium, new_page
from editor.effort import ARMS, annotate, given, medians
from editor.site import Case, Town


class EffortRun:
    """Frames of one source, queued once an arm."""

    def __init__(self, town: Town, site: str, source: str, cases: Sequence[Case]) -> None:
        self.site = site
        self.source = source
        self.cookie = town.cookie()
        self.cases = cases
        self.ids = {arm: town.queue(f"{source}-{arm}", given(cases, arm)) for arm in ARMS}

    async def all(self) -> dict[str, Any]:
        """Per frame and arm the actions and the curve, and the medians by arm."""
        rows = [await self._frame(number) for number in range(len(self.cases))]
        return {"median": medians(rows), "frames": rows}

    async def _frame(self, number: int) -> dict[str, Any]:
        case = self.cases[number]
        row: dict[str, Any] = {"frame": case.name}
        async with chromium() as browser:
            for arm in ARMS:
                page = await new_page(browser, self.site, self.cookie)
                row[arm] = await annotate(page, self.ids[arm][number], case, arm, seed=number)
                print(f"{case.name} {arm}: {row[arm]['actions']} actions, IoU {row[arm]['iou']}", flush=True)
                await page.context.close()
        return row
