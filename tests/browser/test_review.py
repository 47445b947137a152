"""The queue and review pages in a real browser: keys, verdicts, and what lies over the frame."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotation.models import Revision
from annotation.services.assignments import assignment_claim
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core.models import User
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.browser.conftest import make_annotator
from tests.browser.worlds import World, draft_of

pytestmark = pytest.mark.browser
PIXEL = """([x, y, width, height]) => {
  const canvas = document.querySelector("#stage");
  const scale = Math.min(canvas.width / width, canvas.height / height);
  const left = (canvas.width - scale * width) / 2, top = (canvas.height - scale * height) / 2;
  const at = [left + scale * (x + 0.5), top + scale * (y + 0.5)].map(Math.round);
  return Array.from(canvas.getContext("2d").getImageData(...at, 1, 1).data.slice(0, 3));
}"""


@pytest.fixture
def drawer(world: World) -> User:
    return make_annotator("aki", world)


def hand_in(world: World, drawer: User, index: int, label: np.ndarray | None = None) -> Revision:
    """Hand in a drawing, or the draft as it is."""
    row, version = world.assignments[index], 0
    if label is not None:
        png = encode_label(label, get_kind("cel"))
        copy = working_copy_save(
            assignment=row, user=drawer, expected_version=0, label_png=png, active_seconds=65
        )
        version = copy.version
    else:
        assignment_claim(assignment=row, user=drawer)
    return annotation_submit(assignment=row, user=drawer, expected_version=version)


def truth() -> np.ndarray:
    """The draft with a strip added at its left and one removed at its right."""
    label = draft_of(0)
    label[44:124, 40:60] = 1
    label[44:124, 140:150] = 0
    return label


def ready(page: Page) -> None:
    expect(page.locator("#wait")).to_be_hidden()


def shows(page: Page, x: int, y: int, test: str) -> None:
    """Wait until the pixel of the frame looks as the JavaScript expression on (r, g, b) says."""
    page.wait_for_function(
        f"(at) => {{ const [r, g, b] = ({PIXEL})(at); return {test}; }}", arg=[x, y, 320, 180]
    )


def test_overlay_and_difference_show_what_they_say(page: Page, world: World, drawer: User) -> None:
    revision = hand_in(world, drawer, 0, truth())
    page.goto(f"/review/{revision.pk}/")
    ready(page)
    shows(page, 100, 80, "r > 150 && b > 45")
    shows(page, 10, 10, "r < 60 && g < 60")
    page.keyboard.press("o")
    shows(page, 100, 80, "r === 200 && g === 40 && b === 30")
    shows(page, 10, 10, "r === 90 && g === 90 && b === 90")
    page.keyboard.press("d")
    shows(page, 50, 80, "g > 180 && r < 110")
    shows(page, 145, 80, "r > 200 && g > 120 && g < 190 && b < 110")
    shows(page, 100, 80, "r < 120 && g < 60")
    expect(page.locator("#legend")).to_be_visible()


def test_verdicts_by_key_lead_from_frame_to_frame(page: Page, world: World, drawer: User) -> None:
    first, second = hand_in(world, drawer, 0), hand_in(world, drawer, 1, truth())
    page.goto("/review/")
    expect(page.get_by_text("Handed in exactly as drafted")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/review/{first.pk}/")
    ready(page)
    page.keyboard.press("r")
    expect(page.locator("#problem")).to_contain_text("Say what to mend")
    page.keyboard.type("the a and r here are words, not verdicts")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/review/{second.pk}/")
    ready(page)
    page.keyboard.press("a")
    page.wait_for_url("**/review/")
    expect(page.get_by_text("Nothing waits for review")).to_be_visible()
    assert [row.reviews.get().verdict for row in (first, second)] == ["return", "accept"]


def test_a_returned_frame_comes_back_to_its_author(
    page: Page, world: World, drawer: User, sign_in: Callable[..., BrowserContext]
) -> None:
    revision = hand_in(world, drawer, 0)
    page.goto(f"/review/{revision.pk}/")
    page.locator("#comment").fill("the sleeve")
    page.get_by_role("button", name="Return").click()
    page.wait_for_url("**/review/")
    theirs = sign_in(drawer).new_page()
    theirs.goto("/queue/")
    expect(theirs.get_by_text("the sleeve")).to_be_visible()
    theirs.keyboard.press("Enter")
    theirs.wait_for_url(f"**/annotate/{world.assignments[0].pk}/")
