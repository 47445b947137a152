"""Checks before submitting in a real Chromium: a list one clicks through, dismisses from, and may leave open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.models import Revision
from annotation.services.assignments import Wanted, assignment_claim, assignment_create_many
from annotation.services.reviews import review_accept, review_return
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core.models import Role
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.browser.conftest import make_annotator
from tests.browser.drawing import drawn, open_editor, ready, submitted
from tests.browser.worlds import World, add_draft, douga_of, draft_of, make_world

pytestmark = pytest.mark.browser

Array = NDArray[np.uint8]
PLACE = "#panel-checks .check-place"


@pytest.fixture
def world(site: LiveServer) -> World:
    """Return three small frames queued for douga; the third one's draft has faults."""
    made = make_world(kind="douga")
    add_draft(made, made.frames[2], faulty())
    return made


def faulty() -> Array:
    """A box with an opening of 3 px, two specks and two holes."""
    label = douga_of(8)
    label[40:43, 90:93] = 0
    label[20, 20:23] = 2
    label[150:152, 200:202] = 6
    label[60:62, 130] = 0
    label[90, 125:130] = 0
    return label


def test_submitting_shows_open_places_first_and_goes_on_anyway(page: Page, world: World, shots: Path) -> None:
    open_editor(page, world.assignments[2].pk)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Submit anyway")).to_be_focused()
    expect(page.locator("[data-count=checks]")).to_have_text("5")
    assert groups(page) == {"leaks": 1, "holes": 2, "specks": 2}
    assert not Revision.objects.exists()
    page.screenshot(path=str(shots / "checks_open.png"))
    page.get_by_role("button", name="Submit anyway").click()
    handed_in(page, world.assignments[2].pk)
    revision = Revision.objects.get()
    assert {(f["check"], f["reason"]) for f in revision.findings} == {
        ("leaks", ""),
        ("holes", ""),
        ("specks", ""),
    }
    np.testing.assert_array_equal(submitted(world.assignments[2].pk), faulty())


def test_a_clean_frame_is_handed_in_without_a_question(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("Control+Enter")
    handed_in(page, world.assignments[0].pk)
    assert Revision.objects.get().findings == []


def handed_in(page: Page, assignment: int) -> None:
    """Wait until the next frame is there."""
    page.wait_for_url(lambda url: f"/annotate/{assignment}/" not in url)
    ready(page)


def dismiss_first(page: Page, reason: str) -> None:
    """Go to the first place and dismiss it, by keys alone."""
    page.keyboard.press("v")
    expect(page.locator(f"{PLACE}[aria-current]")).to_have_count(1)
    page.keyboard.press("Alt+v")
    page.keyboard.type(reason)
    page.keyboard.press("Enter")


def groups(page: Page) -> dict[str, int]:
    """Open places by check, as listed."""
    return page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll(".check-group")].map((group) =>
            [group.dataset.check, group.querySelectorAll(".check-place").length]))"""
    )


def test_keys_go_from_place_to_place_and_bring_each_into_the_middle(
    page: Page, world: World, shots: Path
) -> None:
    open_editor(page, world.assignments[2].pk)
    seen = []
    for _ in range(6):
        page.keyboard.press("v")
        expect(page.locator(f"{PLACE}[aria-current]")).to_have_count(1)
        seen.append(page.locator(f"{PLACE}[aria-current] .mono").inner_text())
    assert len(set(seen)) == 5, "after the last comes the first again"
    assert seen[5] == seen[0]
    page.keyboard.press("Shift+V")
    assert page.locator(f"{PLACE}[aria-current] .mono").inner_text() == seen[4]
    page.locator(PLACE).first.click()
    box = page.locator("#stage").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    x, y = map(int, page.locator("#status-pointer").inner_text().split(", "))
    assert abs(x - 91) <= 4
    assert abs(y - 41) <= 4
    page.screenshot(path=str(shots / "checks_place.png"))


def test_a_place_is_dismissed_with_a_reason_that_the_reviewer_reads(
    page: Page, world: World, sign_in: Callable[..., BrowserContext], shots: Path
) -> None:
    open_editor(page, world.assignments[2].pk)
    dismiss_first(page, "the sleeve is open there")
    expect(page.locator("[data-count=checks]")).to_have_text("4")
    expect(page.locator(".check-reason")).to_contain_text("the sleeve is open there")
    assert "leaks" not in groups(page)
    page.reload()
    ready(page)
    page.get_by_role("tab", name="Checks").click()
    expect(page.locator("[data-count=checks]")).to_have_text("4")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit anyway").click()
    handed_in(page, world.assignments[2].pk)
    revision = Revision.objects.get()
    (dismissed,) = [f for f in revision.findings if f["reason"]]
    assert (dismissed["check"], dismissed["reason"]) == ("leaks", "the sleeve is open there")
    reviewer = sign_in(make_annotator("rei", world, Role.REVIEWER)).new_page()
    reviewer.goto(f"/review/{revision.pk}/")
    expect(reviewer.locator("#findings")).to_contain_text("dismissed: the sleeve is open there")
    expect(reviewer.locator("#wait")).to_be_hidden()
    reviewer.locator("#findings button").first.click()
    reviewer.screenshot(path=str(shots / "checks_review.png"))


def test_a_dismissed_place_can_be_opened_again(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    dismiss_first(page, "so")
    expect(page.locator("[data-count=checks]")).to_have_text("4")
    page.locator(".check-dismissed summary").click()
    page.get_by_role("button", name="Open again").click()
    expect(page.locator("[data-count=checks]")).to_have_text("5")


def test_a_returned_frame_comes_back_with_what_was_dismissed(page: Page, world: World) -> None:
    row = world.assignments[2]
    assignment_claim(assignment=row, user=world.user)
    finding = {"check": "leaks", "box": [85, 36, 98, 47], "size": 2800, "reason": "open on purpose"}
    revision = annotation_submit(assignment=row, user=world.user, expected_version=0, findings=[finding])
    review_return(
        revision=revision, user=make_annotator("rei", world, Role.REVIEWER), comment="Mend the holes."
    )
    open_editor(page, row.pk)
    page.get_by_role("tab", name="Checks").click()
    expect(page.locator(".check-reason")).to_contain_text("open on purpose")


def test_specks_and_holes_are_mended_at_once_and_undo_is_exact(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    page.get_by_role("tab", name="Checks").click()
    page.get_by_role("button", name="Remove specks").click()
    expect(page.locator("#notice")).to_have_text("Specks removed: 2")
    clean = faulty()
    clean[20, 20:23] = 0
    clean[150:152, 200:202] = 0
    np.testing.assert_array_equal(drawn(page, world, 2), clean)
    page.get_by_role("button", name="Fill holes").click()
    expect(page.locator("#notice")).to_have_text("Holes filled: 2")
    clean[60:62, 130] = 6
    clean[90, 125:130] = 6
    np.testing.assert_array_equal(drawn(page, world, 2), clean)
    expect(page.locator("[data-count=checks]")).to_have_text("1")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(drawn(page, world, 2), faulty())


def test_the_accepted_cel_of_the_frame_is_checked_against(page: Page, world: World) -> None:
    cel = draft_of(0)
    wanted = [Wanted(world.frames[0].pk, 1, "")]
    (row,) = assignment_create_many(pool=world.pool, kind="cel", frames=wanted, user=world.user)
    drawer = make_annotator("aki", world)
    png = encode_label(cel, get_kind("cel"))
    copy = working_copy_save(assignment=row, user=drawer, expected_version=0, label_png=png, active_seconds=1)
    revision = annotation_submit(assignment=row, user=drawer, expected_version=copy.version)
    review_accept(revision=revision, user=make_annotator("rei", world, Role.REVIEWER))
    open_editor(page, world.assignments[0].pk)
    page.get_by_role("tab", name="Checks").click()
    expect(page.locator("[data-check=border-without-line] .check-place")).to_have_count(1)
    assert "line-outside-cel" in groups(page)
