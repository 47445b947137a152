"""The map by pen, mouse and keys: what is drawn round is chosen, listed and becomes a selection."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from active_learning.models import Selection
from datasets.features import feature_write
from tests.active_learning.world import make_world

COLUMNS, ROWS = 8, 5


class Grid:
    """Forty frames on a grid of 8 x 5, the first at the lower left; places are in steps of it."""

    def __init__(self, page: Page) -> None:
        self.page, self.canvas = page, page.locator("[data-canvas]")
        box = self.canvas.bounding_box()
        assert box is not None
        self.step = min((box["width"] - 48) / (COLUMNS - 1), (box["height"] - 48) / (ROWS - 1))
        self.x = box["x"] + box["width"] / 2 - self.step * (COLUMNS - 1) / 2
        self.y = box["y"] + box["height"] / 2 + self.step * (ROWS - 1) / 2

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.x + x * self.step, self.y - y * self.step

    def lasso(self, x0: float, y0: float, x1: float, y1: float, key: str = "") -> None:
        """Drag round a box, a key held."""
        if key:
            self.page.keyboard.down(key)
        self.page.mouse.move(*self.at(x0, y0))
        self.page.mouse.down()
        for x, y in ((x1, y0), (x1, y1), (x0, y1)):
            self.page.mouse.move(*self.at(x, y), steps=3)
        self.page.mouse.up()
        if key:
            self.page.keyboard.up(key)


def test_frames_are_drawn_round_and_become_a_selection(
    site: LiveServer, sign_in: Callable[..., BrowserContext]
) -> None:
    house = make_world()
    places = np.array([(i % COLUMNS, i // COLUMNS) for i in range(40)], np.float32)
    feature_write(f"map-{house.pool.pk}-pca-edges", 1, [frame.pk for frame in house.frames], places)
    page = sign_in(house.lead).new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    page.goto(f"/pools/{house.pool.pk}/map/")
    page.wait_for_selector("#map[data-state=ready]")
    grid, count = Grid(page), page.locator("[data-count]")
    grid.lasso(-0.15, -0.15, 1.5, 1.5)
    expect(count).to_have_text("4 frames chosen")
    grid.lasso(2.5, -0.15, 3.5, 2.5, "Shift")
    expect(count).to_have_text("7 frames chosen")
    grid.lasso(-0.15, 0.5, 3.5, 1.5, "Alt")
    expect(count).to_have_text("4 frames chosen")
    page.mouse.click(*grid.at(0, 0))
    expect(count).to_have_text("3 frames chosen")
    chosen = [house.frames[at].pk for at in (1, 3, 19)]
    shown = page.locator("[data-grid] a").evaluate_all("(all) => all.map((a) => a.getAttribute('href'))")
    assert shown == [f"/frames/{pk}/" for pk in chosen]
    expect(page.locator("[data-list]")).to_have_attribute("href", re.compile(f"among={chosen[0]},"))
    page.mouse.move(*grid.at(5, 2))
    expect(page.locator("[data-hover] strong")).to_have_text(house.frames[21].key)
    _by_keys(page, grid)
    page.locator(".map-entry").first.click(modifiers=["Alt"])
    expect(count).to_have_text("No frame chosen")
    grid.lasso(-0.15, -0.15, 1.5, 1.5)
    page.locator("[data-propose]").click()
    expect(page.locator("h1")).to_have_text("4 frames by lasso")
    assert Selection.objects.get().items.filter(held_out=False).count() == 4
    assert not wrong


def _by_keys(page: Page, grid: Grid) -> None:
    """Corners of an outline around the middle of the map, then one frame out of it; nothing else is chosen."""
    count = page.locator("[data-count]")
    page.locator("[data-clear]").click()
    grid.canvas.focus()
    for key, times in (("ArrowLeft", 3), ("ArrowUp", 3), ("Enter", 1), ("ArrowRight", 6), ("Enter", 1)):
        for _ in range(times):
            page.keyboard.press(key)
    for key, times in (("ArrowDown", 6), ("Enter", 1), ("ArrowLeft", 6), ("Enter", 1), ("c", 1)):
        for _ in range(times):
            page.keyboard.press(key)
    wide = 2 * sum(abs(x + 0.5) * grid.step < 72 for x in range(4))
    high = sum(abs(y) * grid.step < 72 for y in range(-2, 3))
    assert wide * high, "some frames lie within 72 px of the middle"
    expect(count).to_have_text(f"{wide * high} frames chosen")
