"""The comparison of two model versions by keys: from point to point, from frame to frame and back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect
from pytest_django.live_server_helper import LiveServer

from datasets.models import Cut
from tests.active_learning.test_comparisons import freeze, judge, label, version
from tests.active_learning.world import make_world


def test_frames_and_points_are_gone_through_by_keys(
    site: LiveServer, sign_in: Callable[..., BrowserContext]
) -> None:
    house = make_world()
    Cut.objects.filter(production=house.production, index__gte=6).update(split="test")
    label(house, [0])
    snapshot = freeze(house)
    judge(version(house, 1, snapshot), snapshot, [8, 8, 8, 4])
    judge(version(house, 2, snapshot), snapshot, [2, 4, 8, 8])
    page = sign_in(house.lead).new_page()
    page.goto(f"/pools/{house.pool.pk}/compare/")
    look = page.locator(".scatter-look")
    expect(look).to_be_hidden()
    page.locator(".point").first.focus()
    expect(look).to_contain_text("show/000048: 1.000 to 0.250")
    page.keyboard.press("ArrowRight")
    expect(look).to_contain_text("show/000056: 1.000 to 0.500")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    heading = page.locator("h1")
    expect(heading).to_have_text("show/000048")
    page.keyboard.press("j")
    expect(heading).to_have_text("show/000056")
    page.keyboard.press("k")
    expect(heading).to_have_text("show/000048")
    page.keyboard.press("Escape")
    expect(heading).to_have_text("Compare versions")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("[data-step]").nth(1)).to_be_focused()
