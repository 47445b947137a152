"""The editor in Japanese: what the server writes and what its modules write."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.drawing import open_editor
from tests.browser.worlds import World

pytestmark = pytest.mark.browser


def test_the_editor_speaks_the_language_chosen_under_account(page: Page, world: World) -> None:
    page.goto("/account/")
    page.get_by_role("button", name="日本語").click()
    expect(page.get_by_role("button", name="日本語")).to_have_attribute("aria-current", "true")
    open_editor(page, world.assignments[0].pk)
    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_role("button", name="提出")).to_be_visible()
    expect(page.locator("#status-save")).to_have_text("保存しました")
    page.keyboard.press("Shift+Slash")
    expect(page.locator("#help-keys")).to_contain_text("消しゴム")
    page.get_by_role("button", name="閉じる").click()
    page.goto("/account/")
    page.get_by_role("button", name="English").click()
    open_editor(page, world.assignments[0].pk)
    expect(page.get_by_role("button", name="Submit", exact=True)).to_be_visible()
