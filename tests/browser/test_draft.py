"""The model's draft: seen, taken over in whole or in part, and its uncertain places one by one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from annotation.models import Draft
from core import blobs
from tests.browser.drawing import drag, drawn, fitted, open_editor, pixels, set_size, stroke
from tests.browser.worlds import HEIGHT, WIDTH, World, png

pytestmark = pytest.mark.browser

INSIDE = [(80.5, 60.5), (120.5, 60.5)]
OUTSIDE = [(200.5, 20.5), (240.5, 20.5)]


@pytest.fixture
def changed(page: Page, world: World) -> Page:
    """Return a page on a drafted frame on which something was taken away and something added."""
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 7)
    drag(page, view, OUTSIDE)
    page.keyboard.press("0")
    drag(page, view, INSIDE)
    return page


def test_the_difference_is_told_by_colour_and_by_hatching(changed: Page, world: World, shots: Path) -> None:
    view = fitted(changed)
    changed.keyboard.press("d")
    added = pixels(changed, "labels", *view.at((205.5, 20.5)), 60)
    removed = pixels(changed, "labels", *view.at((85.5, 60.5)), 60)
    assert all(p[0] > 250 and p[2] < 40 for p in added)
    assert len({p[3] for p in added}) == 1
    assert len({p[3] for p in removed}) == 2, "what was taken away is striped"
    assert all(p[2] > p[0] for p in removed)
    changed.screenshot(path=shots / "draft_difference.png")


def test_a_region_that_differs_is_taken_back_by_a_key_or_a_click(changed: Page, world: World) -> None:
    view = fitted(changed)
    changed.mouse.move(*view.at(INSIDE[0]))
    changed.keyboard.press("a")
    expected = stroke(world.drafts[0], OUTSIDE, 7, 1)
    np.testing.assert_array_equal(drawn(changed, world), expected)
    changed.get_by_role("button", name="Regions", exact=True).click()
    changed.mouse.click(*view.at(OUTSIDE[1]))
    np.testing.assert_array_equal(drawn(changed, world), world.drafts[0])
    changed.keyboard.press("Control+z")
    np.testing.assert_array_equal(drawn(changed, world), expected)


def test_all_of_a_class_is_taken_from_the_draft(changed: Page, world: World) -> None:
    changed.keyboard.press("1")
    changed.keyboard.press("Shift+A")
    np.testing.assert_array_equal(drawn(changed, world), stroke(world.drafts[0], OUTSIDE, 7, 1))


def test_the_whole_draft_is_taken_as_one_step(changed: Page, world: World) -> None:
    before = drawn(changed, world)
    changed.get_by_role("button", name="All", exact=True).click()
    np.testing.assert_array_equal(drawn(changed, world), world.drafts[0])
    changed.keyboard.press("Control+z")
    np.testing.assert_array_equal(drawn(changed, world), before)


def test_what_already_is_the_draft_says_so(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("Alt+Shift+A")
    expect(page.locator("#notice")).to_contain_text("Nothing here differs")


def test_uncertain_places_come_one_by_one_and_begin_anew(page: Page, world: World, shots: Path) -> None:
    open_editor(page, world.assignments[0].pk)
    progress = page.locator("#uncertain-progress")
    page.keyboard.press("q")
    expect(progress).to_have_text("1 of 6, 1 seen")
    page.keyboard.press("u")
    page.keyboard.press("q")
    expect(progress).to_have_text("2 of 6, 2 seen")
    page.screenshot(path=shots / "draft_uncertain.png")
    for _ in range(5):
        page.get_by_role("button", name="Next uncertain place").click()
    expect(progress).to_have_text("1 of 6, 6 seen")
    page.keyboard.press("Shift+Q")
    expect(progress).to_have_text("6 of 6, 6 seen")


def test_without_a_draft_there_is_nothing_to_take(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    for name in ("Difference", "Draft", "Entropy", "Regions", "All", "Next uncertain place"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    page.keyboard.press("q")
    page.keyboard.press("Alt+Shift+A")
    expect(page.locator("#uncertain-progress")).to_have_text("")


def test_a_sure_model_has_no_uncertain_places(page: Page, world: World) -> None:
    draft = Draft.objects.get(frame=world.frames[0])
    Draft.objects.filter(pk=draft.pk).update(
        entropy=blobs.put_bytes(png(np.zeros((HEIGHT, WIDTH), np.uint8)))
    )
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("q")
    expect(page.locator("#notice")).to_contain_text("sure everywhere")
