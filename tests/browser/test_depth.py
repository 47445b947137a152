"""Depth by layers in a real browser: pick, gradient, order, undo, hand in, review."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from annotation.labels import label_get
from annotation.models import AcceptedLabel, Origin, Revision
from annotation.services.depth_layers import layers_get
from modeling.labels import get_kind
from tests.browser.drawing import View, drag, ready, saved, stored
from tests.browser.worlds import HEIGHT, WIDTH, World, add_draft, depth_of, draft_of, make_world

pytestmark = pytest.mark.browser


@pytest.fixture
def world(site: object) -> World:
    """Two frames to draw depth of; the second with a draft, the first with a draft of its cel."""
    made = make_world(2, 0, kind="depth")
    add_draft(made, made.frames[0], draft_of(0), "cel")
    add_draft(made, made.frames[1], depth_of(4))
    return made


def opened(page: Page, assignment_id: int) -> View:
    page.goto(f"/annotate/{assignment_id}/")
    return ready(page)


def names(page: Page) -> list[str]:
    return page.locator("#layers .layer-name").all_text_contents()


def test_depth_is_drawn_by_layers_and_goes_the_whole_way_to_an_accepted_label(
    page: Page, world: World, shots: Path
) -> None:
    first = world.assignments[0].pk
    view = opened(page, first)
    expect(page.locator("body")).to_have_attribute("data-regions", "ready")

    # The plate is picked by its colour; it becomes a layer, which recedes from below to above.
    page.mouse.click(*view.at((20.5, 20.5)))
    expect(page.locator("#layers li")).to_have_count(1)
    page.keyboard.press("t")
    drag(page, view, [(10.5, 170.5), (10.5, 100.5), (10.5, 20.5)])
    expect(page.locator("#depth-from input[type=number]")).to_have_value("50")
    page.locator("#depth-to input[type=number]").fill("10")
    page.keyboard.press("Tab")

    # The cel comes from the frame's cel mask, in front; a box is drawn over it by hand.
    page.locator("#stage").focus()
    page.keyboard.press("c")
    expect(page.locator("#layers li")).to_have_count(2)
    page.keyboard.press("n")
    page.keyboard.press("r")
    drag(page, view, [(50.5, 100.5), (120.5, 140.5)])
    assert names(page) == ["Region 3", "Cel", "Region 1"]

    # Order by drag: the box goes behind the cel; undo brings it back, redo and the keys do it again.
    lines = page.locator("#layers li")
    box, cel = lines.nth(0).bounding_box(), lines.nth(1).bounding_box()
    assert box is not None
    assert cel is not None
    page.mouse.move(box["x"] + 60, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(cel["x"] + 60, cel["y"] + 12, steps=4)
    page.mouse.up()
    assert names(page) == ["Cel", "Region 3", "Region 1"]
    page.keyboard.press("Control+z")
    assert names(page) == ["Region 3", "Cel", "Region 1"]
    page.keyboard.press("Control+Shift+z")
    assert names(page) == ["Cel", "Region 3", "Region 1"]
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowDown")
    assert names(page) == ["Cel", "Region 3", "Region 1"]
    saved(page)
    page.screenshot(path=str(shots / "depth-layers.png"))

    label = stored(first)
    assert label.dtype == np.uint16
    cel_level, box_level = label[50, 70], label[138, 110]
    assert (label[draft_of(0) == 1] == cel_level).all()
    assert (cel_level, box_level) == (49151, 57671)
    assert (label[126:140, 52:118] == box_level).all()
    # The ramp: a tenth at the upper point and above it, a half at the lower one.
    assert label[5, 5] == label[10, 300] == 6554
    assert label[175, 5] == 32768
    column = label[21:39, 5].astype(int)
    assert (np.diff(column) > 0).all()
    assert (label[60:100, 190:260] == 0).all()

    # What comes back after a reload is the layers, not just the map.
    opened(page, first)
    assert names(page) == ["Cel", "Region 3", "Region 1"]
    # The ramp has no depth: that is asked about first.
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Submit anyway").click()
    page.wait_for_url(f"**/annotate/{world.assignments[1].pk}/")
    ready(page)
    revision = Revision.objects.get(assignment=first)
    np.testing.assert_array_equal(label_get(revision.label, get_kind("depth")), label)
    assert [layer["name"] for layer in layers_get(revision.layers)["layers"]] == [
        "Cel",
        "Region 3",
        "Region 1",
    ]

    page.goto(f"/review/{revision.pk}/")
    expect(page.locator("#wait")).to_be_hidden()
    page.screenshot(path=str(shots / "depth-review.png"))
    page.keyboard.press("a")
    page.wait_for_url("**/review/**")
    expect(page.locator("h1")).to_have_text("Review")
    assert AcceptedLabel.objects.get(frame=world.frames[0], kind="depth").revision == revision


def test_a_draft_is_the_lowest_layer_and_is_drawn_over_or_handed_in_as_it_is(
    page: Page, world: World
) -> None:
    second = world.assignments[1].pk
    view = opened(page, second)
    assert names(page) == ["Draft"]
    page.keyboard.press("r")
    drag(page, view, [(100.5, 20.5), (139.5, 59.5)])
    saved(page)
    expected = world.drafts[1].copy()
    expected[20:60, 100:140] = 32768
    np.testing.assert_array_equal(stored(second), expected)
    page.keyboard.press("Control+z")
    saved(page)
    np.testing.assert_array_equal(stored(second), world.drafts[1])
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/annotate/{world.assignments[0].pk}/")
    ready(page)
    revision = Revision.objects.get(assignment=second)
    assert (revision.origin, revision.changed_share) == (Origin.DRAFT_UNCHANGED, 0)


def test_an_empty_frame_is_not_handed_in(page: Page, world: World) -> None:
    opened(page, world.assignments[0].pk)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notice")).to_contain_text("No depth is drawn yet")
    assert not Revision.objects.exists()
    assert (HEIGHT, WIDTH) == (180, 320)
