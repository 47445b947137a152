"""What the depth page shares with the editor, in a browser: comments, versions, guide, checks, pen, fingers, tabs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotation.models import Comment, KeptCopy, Revision, WorkingCopy
from core.models import Role
from modeling.guide import GUIDES
from tests.browser.conftest import make_annotator
from tests.browser.drawing import View, drag, fitted, open_editor, ready, saved, stored
from tests.browser.test_checks import PLACE, groups, handed_in
from tests.browser.test_guide import WIDTHS
from tests.browser.worlds import World, add_draft, draft_of, make_world

pytestmark = pytest.mark.browser

SignIn = Callable[..., BrowserContext]
SIZES = ({"width": 1440, "height": 900}, {"width": 1280, "height": 720})
BOX = [(60.5, 40.5), (139.5, 119.5)]
"""A drag of the rectangle over the red box of the first frame."""
HALF = 32768
"""Stored depth of the first region that is drawn."""


@pytest.fixture
def world(site: object) -> World:
    """Two frames to draw depth of, the first with a model's cel mask."""
    made = make_world(2, 0, kind="depth")
    add_draft(made, made.frames[0], draft_of(0), "cel")
    return made


def box_drawn(page: Page, world: World) -> View:
    """Open the first frame and draw a rectangle over its box."""
    view = open_editor(page, world.assignments[0].pk)
    page.keyboard.press("r")
    drag(page, view, BOX)
    expect(page.locator("#layers li")).to_have_count(1)
    return view


def shoot(page: Page, shots: Path, name: str) -> None:
    """Keep a picture of the page in each of the sizes it is looked at, the smaller one left as it is."""
    for size in SIZES:
        page.set_viewport_size(size)  # type: ignore[arg-type]
        page.screenshot(path=shots / f"{name}-{size['width']}.png")


def test_a_comment_is_pinned_to_a_place_found_again_and_resolved(
    page: Page, world: World, shots: Path
) -> None:
    view = box_drawn(page, world)
    saved(page)
    page.keyboard.press("Shift+N")
    page.mouse.click(*view.at((100.5, 60.5)))
    expect(page.locator("#comments-form")).to_contain_text("At 100, 60")
    page.keyboard.type("Nearer than the desk?")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-count=comments]")).to_have_text("1")
    comment = Comment.objects.get()
    assert (comment.kind, comment.x, comment.y, comment.author) == ("depth", 100, 60, world.user)

    # It drew nothing, and the tool in hand before is back.
    assert WorkingCopy.objects.get().version == 1
    expect(page.locator("[data-action='tool.rectangle']")).to_have_attribute("aria-pressed", "true")
    shoot(page, shots, "depth-comments")

    page.reload()
    ready(page)
    page.keyboard.press("'")
    expect(page.locator("#comments-list li[aria-current=true]")).to_contain_text("Nearer than the desk?")
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator("#comments-list")).to_contain_text("Resolved by mio")
    expect(page.locator("[data-count=comments]")).to_be_hidden()
    assert stored(world.assignments[0].pk)[60, 100] == HALF


def test_an_earlier_state_is_compared_and_taken_up_again_layer_by_layer(
    page: Page, world: World, shots: Path
) -> None:
    first = world.assignments[0].pk
    view = box_drawn(page, world)
    page.keyboard.press("Control+Shift+S")
    expect(page.locator("#notice")).to_have_text("Kept among the versions.")
    before = stored(first)
    page.keyboard.press("n")
    drag(page, view, [(180.5, 40.5), (279.5, 119.5)])
    page.locator("#layers .layer-name", has_text="Region 1").click()
    page.locator("#depth-depth input[type=number]").fill("20")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+s")
    saved(page)
    later = stored(first)

    page.keyboard.press("Alt+h")
    expect(page.locator("#versions-list li")).to_have_count(1)
    page.get_by_role("button", name="Compare with Earlier state").click()
    dialog = page.locator("#dialog-version")
    # The box is farther now than it was, and what was drawn since is new: 80 x 80 and 100 x 80 px.
    expect(dialog).to_contain_text("They differ in 14,400 pixels.")
    expect(dialog).to_contain_text("Orange nearer now, blue nearer in this version")
    shoot(page, shots, "depth-versions")
    dialog.locator("[data-restore]").click()
    expect(page.locator("#notice")).to_contain_text("undo brings yours back")
    expect(page.locator("#layers li")).to_have_count(1)
    page.keyboard.press("Control+s")
    saved(page)
    assert (stored(first) == before).all()
    assert KeptCopy.objects.filter(assignment=first, reason="earlier").exclude(layers="").count() == 2
    page.keyboard.press("Control+z")
    expect(page.locator("#layers li")).to_have_count(2)
    page.keyboard.press("Control+s")
    saved(page)
    assert (stored(first) == later).all()


def test_the_guide_of_depth_lies_beside_the_canvas_while_one_draws(
    page: Page, world: World, shots: Path
) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_editor(page, world.assignments[0].pk)
    page.get_by_role("button", name="Guide").click()
    rules = page.locator("#guide li:visible")
    expect(rules).to_have_count(len(GUIDES["depth"]))
    expect(rules.nth(0)).to_contain_text("Near is large")
    expect(rules.nth(-1)).to_be_in_viewport(ratio=1)
    # A production says of classes how it draws them; of depth there is nothing to say.
    expect(page.locator("#guide a")).to_have_count(0)
    assert page.locator("#guide ol:not(.other-kind) img").evaluate_all(WIDTHS) == [336] * 2 * len(
        GUIDES["depth"]
    )

    page.keyboard.press("r")
    drag(page, fitted(page), BOX)
    expect(page.locator("#layers li")).to_have_count(1)
    expect(page.locator("#guide")).to_be_visible()
    page.screenshot(path=shots / "depth-guide-1920.png")
    shoot(page, shots, "depth-guide")
    page.keyboard.press("F1")
    expect(page.locator("#guide")).to_be_hidden()


def set_depth(page: Page, name: str, percent: int) -> None:
    """Choose a layer of the list and give it a depth."""
    page.get_by_role("tab", name="Draw").click()
    page.locator("#layers .layer-name", has_text=name).click()
    page.locator("#depth-depth input[type=number]").fill(str(percent))
    page.keyboard.press("Tab")
    page.locator("#stage").focus()


def with_faults(page: Page, world: World) -> View:
    """A plate without its lowest rows, a cel behind it, and a layer under it that shows nowhere."""
    view = open_editor(page, world.assignments[0].pk)
    page.keyboard.press("r")
    drag(page, view, BOX)
    page.keyboard.press("n")
    drag(page, view, [(0.5, 0.5), (319.5, 159.5)])
    page.locator("#stage").focus()
    page.keyboard.press("c")
    expect(page.locator("#layers .layer-name")).to_have_text(["Cel", "Region 2", "Region 1"])
    set_depth(page, "Cel", 30)
    return view


def test_what_is_wrong_in_a_drawing_is_listed_before_it_is_handed_in(
    page: Page, world: World, sign_in: SignIn, shots: Path
) -> None:
    first = world.assignments[0].pk
    with_faults(page, world)
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("button", name="Submit anyway")).to_be_focused()
    assert groups(page) == {"cel-behind": 1, "layer-covered": 1, "no-depth": 1}
    # The cel of 90 x 80 px lies behind all round; the box of 80 x 80 px under the plate; 20 rows are bare.
    says = page.locator(f"{PLACE} span:first-child")
    expect(says).to_have_text(["along 340 px", "Region 1, 6400 px", "6400 px"])
    assert not Revision.objects.exists()
    shoot(page, shots, "depth-checks")

    # A place is gone to; what is listed of a layer chooses it, and Delete mends it.
    page.locator(PLACE).nth(1).click()
    expect(page.locator(f"{PLACE}[aria-current]")).to_contain_text("Region 1")
    expect(page.locator("#layers li[aria-selected=true] .layer-name")).to_have_text("Region 1")
    page.screenshot(path=shots / "depth-checks-place.png")
    page.locator("#stage").focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-count=checks]")).to_have_text("2")
    set_depth(page, "Cel", 90)
    page.keyboard.press("v")
    expect(page.locator(f"{PLACE}[aria-current]")).to_have_text("6400 px159, 169")
    page.keyboard.press("Alt+v")
    page.keyboard.type("subtitle")
    page.keyboard.press("Enter")
    expect(page.locator("[data-checks=none]")).to_be_visible()
    page.screenshot(path=shots / "depth-checks-none.png")

    page.keyboard.press("Control+Enter")
    handed_in(page, first)
    revision = Revision.objects.get()
    assert [(found["check"], found["box"], found["reason"]) for found in revision.findings] == [
        ("no-depth", [0, 160, 320, 180], "subtitle")
    ]
    reviewer = sign_in(make_annotator("rei", world, Role.REVIEWER)).new_page()
    reviewer.goto(f"/review/{revision.pk}/")
    expect(reviewer.locator("#findings")).to_contain_text("No depth")
    expect(reviewer.locator("#findings")).to_contain_text("dismissed: subtitle")
