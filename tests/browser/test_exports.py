"""Handing out a snapshot by hand: what is asked, what its card says, what can be downloaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core.paths import data_path
from datasets.models import Export, Snapshot
from tests.browser.worlds import World
from tests.datasets.formats.shown import shown


@pytest.fixture
def snapshot(world: World, tmp_path: Path) -> Snapshot:
    """The formats' snapshot as one of the world's pool."""
    made = shown(tmp_path / "made")
    goal = data_path("snapshots", made.id)
    goal.parent.mkdir(parents=True, exist_ok=True)
    made.folder.rename(goal)
    pool = world.assignments[0].pool
    counts = made.counts.model_dump(mode="json")
    return Snapshot.objects.create(pk=made.id, pool=pool, kinds=list(made.kinds), counts=counts)


def test_an_export_is_asked_for_read_and_queued(page: Page, snapshot: Snapshot, shots: Path) -> None:
    page.goto(f"/snapshots/{snapshot.pk}/")
    expect(page.get_by_label("pixels")).to_be_hidden()
    page.get_by_label("png").check()
    page.get_by_label("pixels").select_option("entries")
    page.screenshot(path=shots / "export_form.png", full_page=True)
    page.get_by_role("button", name="Its card").click()
    expect(page.get_by_role("alert")).to_contain_text("Nobody named a licence for 2 of the frames")
    page.go_back()
    page.get_by_label("png").check()
    page.get_by_label("pixels").select_option("entries")
    page.get_by_label("Nobody named one").check()
    page.get_by_role("button", name="Its card").click()
    expect(page.locator(".card-text")).to_contain_text(snapshot.pk)
    page.screenshot(path=shots / "export_card.png", full_page=True)
    page.get_by_role("button", name="Write it").click()
    row = page.locator("#exports [data-job]")
    expect(row).to_contain_text("png")
    expect(row.get_by_role("progressbar")).to_be_visible()
    page.screenshot(path=shots / "export_queued.png", full_page=True)
    assert Export.objects.get().options["params"] == {"pixels": "entries"}
    page.goto(f"/pools/{snapshot.pool_id}/snapshots/")
    page.screenshot(path=shots / "snapshots.png", full_page=True)
