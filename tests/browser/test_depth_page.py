"""What the depth page shares with the editor, in a browser: comments, versions, guide, checks, pen, fingers, tabs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from annotation.models import Assignment, Comment, KeptCopy, Revision, WorkingCopy
from annotation.services.depth_layers import layers_get
from core.models import Role
from modeling.guide import GUIDES
from tests.browser.conftest import make_annotator
from tests.browser.drawing import (
    View,
    blank,
    drag,
    fitted,
    open_editor,
    ready,
    saved,
    set_size,
    stored,
    stroke,
)
from tests.browser.test_checks import PLACE, groups, handed_in
from tests.browser.test_editor_tools import Pen
from tests.browser.test_guide import WIDTHS
from tests.browser.test_nothing_lost import crash, offline
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


# --- pen and fingers ---


def settled(page: Page, assignment: int) -> np.ndarray:
    """Save; the map as it is stored then."""
    page.keyboard.press("Control+s")
    saved(page)
    return stored(assignment)


def test_a_pen_draws_a_region_as_wide_as_it_is_pressed_and_taps_the_next(
    page: Page, world: World, shots: Path
) -> None:
    first = world.assignments[0].pk
    view = open_editor(page, first)
    expect(page.locator("body")).to_have_attribute("data-regions", "ready")
    page.keyboard.press("b")
    set_size(page, 20)
    pen = Pen(page)
    way = [((20.5, 20.5), 0.25), ((90.5, 20.5), 0.5), ((160.5, 30.5), 1.0)]
    pen.send("mousePressed", view.at(way[0][0]), way[0][1])
    for at, force in way[1:]:
        pen.send("mouseMoved", view.at(at), force)
    pen.send("mouseReleased", view.at(way[-1][0]), 0, buttons=0)
    region = stroke(blank(), [way[0][0]], 5, 1)
    region = stroke(region, [way[0][0], way[1][0]], 10, 1)
    region = stroke(region, [way[1][0], way[2][0]], 20, 1)
    np.testing.assert_array_equal(settled(page, first), np.where(region, HALF, 0))

    # A tap picks the red box as the region of a layer in front.
    page.keyboard.press("n")
    page.keyboard.press("w")
    tap = view.at((100.5, 80.5))
    pen.send("mousePressed", tap, 0.5)
    pen.send("mouseReleased", tap, 0, buttons=0)
    expect(page.locator("#layers .layer-name")).to_have_text(["Region 2", "Region 1"])
    expected = np.where(region, HALF, 0)
    expected[40:120, 60:140] = 49151
    np.testing.assert_array_equal(settled(page, first), expected)
    shoot(page, shots, "depth-pen")


def test_a_finger_draws_two_pan_and_zoom_and_leave_nothing(world: World, sign_in: SignIn) -> None:
    first = world.assignments[0].pk
    page = sign_in(world.user, has_touch=True).new_page()
    view = open_editor(page, first)
    expect(page.locator("body")).to_have_attribute("data-regions", "ready")
    hand = Pen(page)

    # The first finger lands on a region, and draws, before the second comes: it was not meant.
    a, b = view.at((100.5, 80.5)), view.at((200.5, 80.5))
    hand.touch("touchStart", a)
    hand.touch("touchMove", (a[0] + 12, a[1]))
    hand.touch("touchStart", (a[0] + 12, a[1]), b)
    right, down = 20 * view.scale, 10 * view.scale
    hand.touch("touchMove", (a[0] + 12 + right, a[1] + down), (b[0] + right, b[1] + down))
    hand.touch("touchEnd")
    expect(page.locator("#layers li")).to_have_count(0)
    expect(page.locator("[data-action='edit.undo']")).to_be_disabled()

    # They moved the frame with them: one finger's rectangle lies where it is seen now.
    page.keyboard.press("r")
    moved = View(view.x + right, view.y + down, view.scale)
    hand.touch("touchStart", moved.at(BOX[0]))
    hand.touch("touchMove", moved.at(BOX[1]))
    hand.touch("touchEnd")
    expect(page.locator("#layers li")).to_have_count(1)
    expected = np.zeros((180, 320), np.uint16)
    expected[40:120, 60:140] = HALF
    np.testing.assert_array_equal(settled(page, first), expected)

    c, d = moved.at((140.5, 90.5)), moved.at((180.5, 90.5))
    half = (d[0] - c[0]) / 2
    hand.touch("touchStart", c)
    hand.touch("touchStart", c, d)
    hand.touch("touchMove", (c[0] - half, c[1]), (d[0] + half, d[1]))
    hand.touch("touchEnd")
    expect(page.locator("#status-zoom")).to_have_text(f"{2 * view.scale:g}:1")
    np.testing.assert_array_equal(settled(page, first), expected)
    assert WorkingCopy.objects.get(assignment=first).version == 1


# --- two at one frame ---


OTHER = [(180.5, 40.5), (279.5, 119.5)]
"""A drag over the ramp."""


def depths(*boxes: tuple[int, int]) -> np.ndarray:
    """A map of boxes of rows 40 to 119 by their first and last column, each at half depth."""
    out = np.zeros((180, 320), np.uint16)
    for left, right in boxes:
        out[40:120, left : right + 1] = HALF
    return out


MINE, THEIRS = depths((180, 279)), depths((60, 139))


def layer_names(page: Page) -> list[str]:
    return page.locator("#layers .layer-name").all_text_contents()


@pytest.mark.parametrize("taken", ["mine", "theirs"])
def test_of_two_tabs_neither_overwrites_the_other_and_both_drawings_stay(
    world: World, sign_in: SignIn, shots: Path, taken: str
) -> None:
    row = world.assignments[0].pk
    context = sign_in(world.user)
    first, second = context.new_page(), context.new_page()
    open_editor(first, row)
    view = open_editor(second, row)
    first.keyboard.press("r")
    drag(first, view, BOX)
    first.locator("#layer-name").fill("Theirs")
    first.keyboard.press("Tab")
    np.testing.assert_array_equal(settled(first, row), THEIRS)

    second.keyboard.press("r")
    drag(second, view, OTHER)
    second.locator("#layer-name").fill("Mine")
    second.keyboard.press("Tab")
    second.keyboard.press("Control+s")
    dialog = second.locator("#dialog-conflict")
    expect(dialog).to_contain_text("mio saved version 1 meanwhile.")
    # 80 x 80 px only there, 100 x 80 px only here; the newer one stands, the other is kept beside it.
    expect(dialog).to_contain_text("They differ in 14,400 pixels.")
    np.testing.assert_array_equal(stored(row), THEIRS)
    kept = KeptCopy.objects.get(assignment=row, reason="conflict")
    assert [layer["name"] for layer in layers_get(kept.layers)["layers"]] == ["Mine"]
    if taken == "mine":
        shoot(second, shots, "depth-conflict")
    dialog.locator(f"button[value={taken}]").click()
    np.testing.assert_array_equal(settled(second, row), MINE if taken == "mine" else THEIRS)
    assert layer_names(second) == ["Mine" if taken == "mine" else "Theirs"]

    # The one not taken lies aside with its layers.
    second.locator("#tab-frame").click()
    second.get_by_text("Put aside…").click()
    second.get_by_text("Take this one").first.click()
    expect(second.locator("#notice")).to_have_text("It is in place; undo brings back what was here.")
    np.testing.assert_array_equal(settled(second, row), THEIRS if taken == "mine" else MINE)
    assert layer_names(second) == ["Theirs" if taken == "mine" else "Mine"]


def test_when_somebody_else_holds_the_frame_what_was_drawn_here_is_kept(
    world: World, sign_in: SignIn
) -> None:
    row = world.assignments[0].pk
    mine = sign_in(world.user).new_page()
    view = open_editor(mine, row)
    # Away for longer than the lease runs; somebody else is given the frame and draws.
    Assignment.objects.filter(pk=row).update(lease_expires_at=timezone.now())
    theirs = sign_in(make_annotator("aki", world)).new_page()
    open_editor(theirs, row)
    theirs.keyboard.press("r")
    drag(theirs, view, BOX)
    np.testing.assert_array_equal(settled(theirs, row), THEIRS)

    mine.keyboard.press("r")
    drag(mine, view, OTHER)
    mine.keyboard.press("Control+s")
    dialog = mine.locator("dialog[open]")
    expect(dialog).to_contain_text("aki")
    np.testing.assert_array_equal(stored(row), THEIRS)
    kept = KeptCopy.objects.get(assignment=row, reason="conflict")
    assert (kept.saved_by, kept.base_version) == (world.user, 0)
    assert len(layers_get(kept.layers)["layers"]) == 1
    # Whoever holds the frame finds it there.
    theirs.reload()
    ready(theirs)
    theirs.locator("#tab-frame").click()
    theirs.get_by_text("Put aside…").click()
    expect(theirs.locator("#dialog-backups")).to_contain_text("drawn by mio")
    theirs.get_by_text("Take this one").first.click()
    expect(theirs.locator("#notice")).to_have_text("It is in place; undo brings back what was here.")
    np.testing.assert_array_equal(settled(theirs, row), MINE)


def test_a_tenth_of_a_percent_that_was_not_saved_comes_back(world: World, sign_in: SignIn) -> None:
    row = world.assignments[0].pk
    context = sign_in(world.user)
    page = context.new_page()
    box_drawn(page, world)
    settled(page, row)
    context.set_offline(True)
    page.locator("#depth-depth input[type=number]").fill("50.1")
    page.keyboard.press("Tab")
    offline(page)
    crash(page)
    context.set_offline(False)
    again = context.new_page()
    open_editor(again, row)
    expect(again.locator("#notice")).to_have_text("Unsaved strokes were restored from this browser.")
    assert settled(again, row)[80, 100] == 32833  # 0.501 * 65535
