"""The editor in a real Chromium: nothing anyone drew is ever lost, whatever else happens to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from annotation.models import Assignment, AssignmentState
from annotation.services.assignments import assignment_claim
from annotation.services.reviews import review_return
from annotation.services.revisions import annotation_submit
from core.models import Role
from tests.browser import drawing
from tests.browser.conftest import make_annotator
from tests.browser.drawing import (
    LINE,
    blank,
    drag,
    drawn,
    fitted,
    open_editor,
    pixels,
    ready,
    saved,
    set_size,
    stored,
    stroke,
)
from tests.browser.worlds import World

pytestmark = pytest.mark.browser

SignIn = Callable[..., BrowserContext]


def test_a_mouse_stroke_is_saved_and_submitted_to_the_pixel(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 5)
    drag(page, view, LINE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[1].key)
    expected = stroke(world.drafts[0], LINE, 5, 1)
    np.testing.assert_array_equal(drawing.submitted(world.assignments[0].pk), expected)
    assert Assignment.objects.get(pk=world.assignments[0].pk).state == AssignmentState.SUBMITTED
    page.wait_for_url(f"**/annotate/{world.assignments[1].pk}/")


def test_strokes_are_saved_by_themselves(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    drag(page, view, LINE)
    expect(page.locator("#status-save")).to_have_text("Not yet saved")
    saved(page)
    np.testing.assert_array_equal(stored(world.assignments[2].pk), stroke(blank(), LINE, 5, 1))


def test_what_was_drawn_is_there_after_a_reload_that_no_save_preceded(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 5)
    block_saves(page)
    drag(page, view, LINE)
    page.keyboard.press("Control+s")
    expect(page.locator("#status-save")).to_contain_text("Offline")
    page.reload()
    ready(page)
    expect(page.locator("#notice")).to_have_text("Unsaved strokes were restored from this browser.")
    allow_saves(page)
    expected = stroke(world.drafts[0], LINE, 5, 1)
    np.testing.assert_array_equal(drawn(page, world), expected)


def test_a_killed_tab_and_another_way_in_lose_nothing(world: World, sign_in: SignIn) -> None:
    context = sign_in(world.user)
    page = context.new_page()
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    context.set_offline(True)
    drag(page, view, LINE)
    drag(page, view, [(250.5, 100.5), (260.5, 100.5)])
    page.keyboard.press("Control+s")
    expect(page.locator("#status-save")).to_contain_text("Offline")
    # closed, it would be online again for a moment and send its strokes: nothing would be left to restore
    with page.expect_event("crash"), pytest.raises(Error):
        page.goto("chrome://crash")
    page.close()
    context.set_offline(False)
    again = context.new_page()
    expected = stroke(stroke(blank(), LINE, 5, 1), [(250.5, 100.5), (260.5, 100.5)], 5, 1)
    open_editor(again, world.assignments[2].pk)
    expect(again.locator("#notice")).to_be_visible()  # it goes away by itself: nothing slow before this
    np.testing.assert_array_equal(drawn(again, world, 2), expected)


def test_signed_out_in_another_tab_nothing_is_lost(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    drag(page, view, LINE)
    page.keyboard.press("Control+s")
    expect(page.locator("#status-save")).to_contain_text("Signed out")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    saved(page)
    np.testing.assert_array_equal(stored(world.assignments[2].pk), stroke(blank(), LINE, 5, 1))


def test_a_returned_frame_says_what_to_mend(page: Page, world: World) -> None:
    assignment = world.assignments[0]
    assignment_claim(assignment=assignment, user=world.user)
    revision = annotation_submit(assignment=assignment, user=world.user, expected_version=0)
    reviewer = make_annotator("aki", world, Role.REVIEWER)
    review_return(revision=revision, user=reviewer, comment="The scarf is missing.")
    open_editor(page, assignment.pk)
    expect(page.locator(".ed-returned")).to_contain_text("aki: The scarf is missing.")


def block_saves(page: Page) -> None:
    page.route("**/working-copy/", lambda route: route.abort("connectionrefused"))


def allow_saves(page: Page) -> None:
    page.unroute("**/working-copy/")


@pytest.mark.parametrize("taken", ["mine", "theirs"])
def test_two_tabs_cannot_overwrite_each_other(world: World, sign_in: SignIn, taken: str, shots: Path) -> None:
    context = sign_in(world.user)
    first, second = context.new_page(), context.new_page()
    view = open_editor(first, world.assignments[2].pk)
    open_editor(second, world.assignments[2].pk)
    for page in (first, second):
        set_size(page, 9)
    drag(first, view, LINE)
    first.keyboard.press("Control+s")
    saved(first)
    other = [(200.5, 50.5), (280.5, 150.5)]
    drag(second, view, other)
    second.keyboard.press("Control+s")
    expect(second.locator("#dialog-conflict")).to_be_visible()
    expect(second.locator("#dialog-conflict")).to_contain_text("mio saved version 1 meanwhile.")
    second.screenshot(path=shots / f"conflict-{taken}.png")
    second.locator(f"#dialog-conflict button[value={taken}]").click()
    expected = stroke(blank(), other if taken == "mine" else LINE, 9, 1)
    np.testing.assert_array_equal(drawn(second, world, 2), expected)
    second.locator("#tab-frame").click()
    second.get_by_text("Put aside…").click()
    expect(second.locator("#dialog-backups li")).to_have_count(1)
    second.get_by_text("Take this one").click()
    expect(second.locator("#notice")).to_have_text("It is in place; undo brings back what was here.")
    put_aside = stroke(blank(), LINE if taken == "mine" else other, 9, 1)
    np.testing.assert_array_equal(drawn(second, world, 2), put_aside)


def test_the_next_frame_is_loaded_ahead(page: Page, world: World) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response(f"**/media/frames/{world.frames[1].pk}/image"):
        open_editor(page, world.assignments[0].pk)
    asked.clear()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[1].key)
    ready(page)
    assert not [url for url in asked if url.endswith(f"/media/frames/{world.frames[1].pk}/image")]


def test_skip_wants_a_reason_and_goes_on(page: Page, world: World, shots: Path) -> None:
    open_editor(page, world.assignments[0].pk)
    page.get_by_role("button", name="Skip…").click()
    page.screenshot(path=shots / "skip.png")
    page.get_by_label("No figure").check()
    page.get_by_role("button", name="Skip", exact=True).click()
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[1].key)
    row = Assignment.objects.get(pk=world.assignments[0].pk)
    assert (row.state, row.skip_reason) == (AssignmentState.SKIPPED, "no_figure")


def test_save_for_later_gives_the_frame_back_with_what_was_drawn(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    drag(page, view, LINE)
    page.get_by_role("button", name="Save for later").click()
    page.wait_for_url("**/queue/")
    assert Assignment.objects.get(pk=world.assignments[2].pk).holder is None
    np.testing.assert_array_equal(stored(world.assignments[2].pk), stroke(blank(), LINE, 5, 1))


def test_an_empty_plate_can_be_submitted(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[0].key)
    assert not drawing.submitted(world.assignments[2].pk).any()


def test_views_of_draft_difference_and_entropy(page: Page, world: World, shots: Path) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 9)
    drag(page, view, LINE)
    page.keyboard.press("e")
    drag(page, view, [(100.5, 80.5), (130.5, 80.5)])
    page.keyboard.press("d")
    at = view.at((110.5, 80.5))
    taken, added = pixels(page, "labels", *at, 1)[0], pixels(page, "labels", *view.at((30.5, 22.5)), 1)[0]
    np.testing.assert_allclose([taken[:3], added[:3]], [[70, 110, 255], [255, 140, 26]], atol=2)
    page.screenshot(path=shots / "difference.png")
    page.keyboard.press("Shift+D")
    assert pixels(page, "labels", *at, 1)[0][3] > 0, "the draft has it still"
    page.keyboard.press("u")
    page.keyboard.press("h")
    expect(page.locator("canvas[data-layer=labels]")).to_be_hidden()
    expect(page.get_by_role("button", name="Entropy")).to_have_attribute("aria-pressed", "true")
    page.screenshot(path=shots / "entropy.png")


def test_keys_act_by_place_under_a_japanese_ime(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.evaluate(
        """() => document.querySelector("#stage").dispatchEvent(
            new KeyboardEvent("keydown", {code: "KeyE", key: "Process", bubbles: true}))"""
    )
    expect(page.get_by_role("button", name="Eraser")).to_have_attribute("aria-pressed", "true")


def test_the_shortcut_sheet(page: Page, world: World, shots: Path) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Shortcuts")).to_be_visible()
    page.screenshot(path=shots / "help.png")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Shortcuts")).to_be_hidden()


def test_when_somebody_else_took_the_frame_nothing_is_lost(page: Page, world: World, shots: Path) -> None:
    other = make_annotator("aki", world)
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    Assignment.objects.filter(pk=world.assignments[2].pk).update(holder=other, person=other)
    drag(page, view, LINE)
    page.keyboard.press("Control+s")
    expect(page.locator("#dialog-refused")).to_contain_text("aki holds")
    page.screenshot(path=shots / "refused.png")
    page.get_by_role("button", name="Look at it").click()
    kept = world.assignments[2].kept_copies.get()
    np.testing.assert_array_equal(
        drawing.label_get(kept.label, drawing.get_kind("cel")), stroke(blank(), LINE, 5, 1)
    )


def test_a_resized_window_keeps_the_frame_fitted(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    page.set_viewport_size({"width": 1000, "height": 560})
    expect(page.locator("#status-zoom")).to_have_text("2:1")
    set_size(page, 1)
    page.mouse.click(*fitted(page).at((7.5, 9.5)))
    expected = blank()
    expected[9, 7] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)
