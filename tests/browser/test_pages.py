"""Pages by hand: files that cannot be taken are named while the rest goes on; narrow windows; names of fields."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from datasets.models import Ingest
from tests.browser.worlds import World, picture, png


def test_what_cannot_be_taken_is_named_and_the_rest_goes_on(page: Page, world: World) -> None:
    page.goto("/upload/")
    page.get_by_label("Pool").fill(world.pool.name)
    page.get_by_label("Production").fill(world.production.name)
    page.set_input_files(
        "#files",
        [
            {"name": "good.png", "mimeType": "image/png", "buffer": png(picture(50))},
            {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"x"},
            {"name": "empty.png", "mimeType": "image/png", "buffer": b""},
        ],
    )
    rows = page.locator("#list li")
    expect(rows).to_have_count(3)
    expect(rows.nth(0)).to_have_attribute("data-state", "done")
    expect(rows.nth(1)).to_contain_text("notes.txt is neither image, video nor zip.")
    expect(rows.nth(2)).to_contain_text("empty.png is empty.")
    expect(rows.get_by_role("button", name="Go on")).to_have_count(0)
    expect(page.locator("#hint")).to_have_text("Everything is here. 2 files are left out.")
    page.get_by_role("button", name="Start ingest").click()
    page.wait_for_url("**/ingests/*/")
    assert [upload.name for upload in Ingest.objects.get().uploads.all()] == ["good.png"]


NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .filter((e) => !e.labels?.length && !e.getAttribute("aria-label")).map((e) => e.outerHTML.slice(0, 80))"""
WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_pages_fit_narrow_windows_and_every_field_has_a_name(page: Page, world: World) -> None:
    page.set_viewport_size({"width": 1000, "height": 700})
    pool, frame, assignment = world.pool.pk, world.frames[0].pk, world.assignments[0].pk
    paths = ["/", f"/pools/{pool}/", f"/pools/{pool}/frames/", f"/pools/{pool}/select/", f"/frames/{frame}/"]
    paths += [
        f"/pools/{pool}/rounds/start/",
        "/queue/",
        "/upload/",
        "/jobs/",
        "/audit/",
        f"/annotate/{assignment}/",
        f"/productions/{world.production.pk}/members/",
        f"/productions/{world.production.pk}/profile/cel/",
        f"/productions/{world.production.pk}/profile/douga/",
    ]
    for path in paths:
        page.goto(path)
        assert page.evaluate(WIDER) <= 0, path
        assert page.evaluate(NAMELESS) == [], path
        expect(page.locator("h1")).to_have_count(1)
