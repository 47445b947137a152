"""The restored view: a sharper picture in place of the frame, made on demand, marked, and read by no tool."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from active_learning.jobs import frame_restore_job
from active_learning.models import ModelVersion, RestoredFrame
from active_learning.services.restoring import restored_store
from core import blobs
from core.models import Job
from datasets.models import Frame
from tests.active_learning.ordered import version_of
from tests.browser.drawing import drawn, fitted, open_editor, pixels, saved
from tests.browser.worlds import HEIGHT, WIDTH, World, png

BOX = (100.5, 80.5)
"""In the frame's flat red box."""
TEAL = (10, 160, 150)


def restored(frame: Frame, version: ModelVersion) -> RestoredFrame:
    """A picture of one colour, unlike the frame: what is shown can be told, and nothing in it bounds a fill."""
    picture = np.full((HEIGHT, WIDTH, 3), TEAL, np.uint8)
    return restored_store(frame=frame, version=version, picture_png=png(picture))


def shown(page: Page) -> list[int]:
    """The colour of the picture in the box."""
    return list(pixels(page, "image", *fitted(page).at(BOX), 1)[0][:3])


def test_it_is_shown_in_place_of_the_frame_and_says_so(page: Page, world: World, shots: Path) -> None:
    version = version_of(world.pool, 1, task="deblur")
    restored(world.frames[0], version)
    stored = world.frames[0].blob
    view = open_editor(page, world.assignments[0].pk)
    sign = page.locator("#restored-sign")
    expect(sign).to_be_hidden()
    assert shown(page) == [200, 40, 30]
    page.keyboard.press("Alt+r")
    expect(sign).to_be_visible()
    expect(sign).to_contain_text("not the stored frame")
    expect(page.locator("#restored-by")).to_have_text("Pool/deblur/1")
    assert shown(page) == list(TEAL)
    page.screenshot(path=shots / "editor-restored.png")
    # The bucket by colour reads the stored frame: it fills the red box, not the picture of one colour.
    page.keyboard.press("0")
    page.keyboard.press("g")
    page.mouse.click(*view.at(BOX))
    saved(page)
    expected = world.drafts[0].copy()
    expected[40:120, 60:140] = 0
    np.testing.assert_array_equal(drawn(page, world), expected)
    sign.get_by_role("button", name="Show the frame").click()
    expect(sign).to_be_hidden()
    assert shown(page) == [200, 40, 30]
    page.keyboard.press("Alt+r")
    expect(sign).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[1].key)
    expect(sign).to_be_hidden()
    world.frames[0].refresh_from_db()
    assert world.frames[0].blob == stored
    assert (
        blobs.blob_path(stored).read_bytes()
        != blobs.blob_path(RestoredFrame.objects.get().picture).read_bytes()
    )


def test_it_is_made_when_somebody_asks(page: Page, world: World, shots: Path) -> None:
    version = version_of(world.pool, 1, task="deblur")
    open_editor(page, world.assignments[0].pk)
    button = page.get_by_role("button", name="Restored", exact=False).first
    button.click()
    expect(page.locator("#restored-says")).to_contain_text("Being restored")
    job = Job.objects.get()
    assert (job.name, job.subject_id) == (frame_restore_job.module_path, str(world.frames[0].pk))
    page.screenshot(path=shots / "editor-restoring.png")
    restored(world.frames[0], version)
    expect(page.locator("#restored-sign")).to_be_visible()
    assert shown(page) == list(TEAL)
    expect(page.locator("#restored-says")).to_be_hidden()


def test_a_pool_without_a_model_for_it_says_so(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("Alt+r")
    expect(page.locator("#notice")).to_contain_text("No model of this pool restores frames yet.")
    expect(page.locator(".ed-panel [data-action='view.restored']")).to_have_attribute("aria-pressed", "false")
    assert shown(page) == [200, 40, 30]
