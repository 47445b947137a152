"""Histograms on a pool's page: fetched when they come into view, told by pointer and by arrow keys."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from annotation.models import AcceptedLabel, Revision
from datasets.services.productions import production_set_year
from datasets.services.tallies import Tally, tally_store
from tests.browser.worlds import World


def test_a_pool_tells_what_is_in_it(page: Page, world: World) -> None:
    frame = world.pool.frames.first()
    assert frame is not None
    production_set_year(production=frame.production, year=1998, user=None)
    tally = tally_store(
        production_id=frame.production_id, kind="douga", label="1" * 64, tally=Tally([990, 10], 1000, 10, 250)
    )
    revision = Revision.objects.create(
        frame=frame, kind="douga", number=1, action="import", origin="import", label="1" * 64
    )
    AcceptedLabel.objects.create(frame=frame, kind="douga", revision=revision, tally=tally)
    page.goto(f"/pools/{world.pool.pk}/")
    section = page.locator(".statistics")
    section.scroll_into_view_if_needed()
    expect(section.get_by_role("row", name=f"{frame.width} × {frame.height}")).to_be_visible()
    expect(section.get_by_role("row", name="visible line")).to_contain_text("1 %")
    expect(section).to_contain_text("20 % of all pixels are ignored (255)")
    shares = section.get_by_role("img", name="Share of anything but flat area in each douga label")
    shares.press("ArrowRight")
    expect(section).to_contain_text("0.00 to 0.05: 1 label")
    section.get_by_role("img", name="Frames by release year").locator("[data-index='0']").last.hover()
    expect(section).to_contain_text("1998: ")
