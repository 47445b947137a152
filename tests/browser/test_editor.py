"""The editor in a real Chromium: what the pen draws is what is stored, to the pixel."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.worlds import World

pytestmark = pytest.mark.browser


def open_editor(page: Page, assignment_id: int) -> None:
    page.goto(f"/annotate/{assignment_id}/")
    expect(page.locator("body")).to_have_attribute("data-state", "ready")


def test_opens(page: Page, world: World, shots) -> None:
    open_editor(page, world.assignments[0].pk)
    page.screenshot(path=shots / "open.png")
    expect(page.locator("#status-save")).to_have_text("Saved")
