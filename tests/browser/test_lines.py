"""Line segments in a real Chromium: what a tap changes is just what was lit, to the pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from annotation.services.assignments import Wanted, assignment_create_many
from tests.browser.drawing import View, drawn, open_editor, pixels
from tests.browser.worlds import HEIGHT, WIDTH, World, add_draft, make_world

pytestmark = pytest.mark.browser

Array = NDArray[np.uint8]
LIT = (255, 216, 102, 255)


@pytest.fixture
def world(site: LiveServer) -> World:
    """Return three small frames queued for douga, the first two with a draft of a box and a line through it."""
    return make_world(kind="douga")


def test_a_tap_gives_the_lit_segment_the_class_and_nothing_else(
    page: Page, world: World, shots: Path
) -> None:
    view = choose(page, world, 0)
    page.keyboard.press("3")
    wait_lit(page, view, (101, 80))
    page.screenshot(path=str(shots / "segments_lit.png"))
    page.mouse.click(*view.at((101.5, 80.5)))
    expected = world.drafts[0].copy()
    expected[expected == 2] = 3
    np.testing.assert_array_equal(drawn(page, world), expected)
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(drawn(page, world), world.drafts[0])


def test_a_class_key_gives_the_lit_segment_that_class_without_a_tap(page: Page, world: World) -> None:
    view = choose(page, world, 0)
    wait_lit(page, view, (101, 80))
    page.keyboard.press("4")
    expected = world.drafts[0].copy()
    expected[expected == 2] = 4
    np.testing.assert_array_equal(drawn(page, world), expected)
    wait_lit(page, view, (61, 80))
    page.keyboard.press("4")
    expected[expected == 1] = 4
    np.testing.assert_array_equal(drawn(page, world), expected)


def test_a_fill_class_is_refused_in_words_and_the_right_button_erases(page: Page, world: World) -> None:
    view = choose(page, world, 0)
    page.keyboard.press("6")
    wait_lit(page, view, (101, 80))
    page.mouse.click(*view.at((101.5, 80.5)))
    expect(page.locator("#notice")).to_have_text("Choose a line class: this one is a fill.")
    page.mouse.click(*view.at((101.5, 80.5)), button="right")
    saved = drawn(page, world)
    assert not (saved == 2).any()
    assert np.isin(saved[world.drafts[0] == 2], [0, 6]).all(), "the fills beside it go on under the line"
    np.testing.assert_array_equal(saved[world.drafts[0] != 2], world.drafts[0][world.drafts[0] != 2])


def gapped() -> Array:
    """A line of 3 px with an opening of 9 px, crossed by one that overshoots another by 5 px."""
    label = np.zeros((HEIGHT, WIDTH), np.uint8)
    label[60:63, 40:120] = 1
    label[60:63, 129:200] = 1
    label[90:93, 40:200] = 2
    label[93:130, 100:103] = 2
    label[85:90, 150:153] = 2
    label[93:130, 150:153] = 2
    return label


def gapped_world(world: World) -> Array:
    """Give the third frame a draft with an opening and an overshoot."""
    add_draft(world, world.frames[2], gapped())
    return gapped()


def test_a_tap_between_two_ends_joins_them_with_their_width(page: Page, world: World) -> None:
    expected = gapped_world(world)
    view = choose(page, world, 2)
    wait_lit(page, view, (124, 61))
    page.mouse.click(*view.at((124.5, 61.5)))
    expected[60:63, 120:129] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_all_gaps_are_joined_and_all_overshoots_trimmed_in_one_step_each(page: Page, world: World) -> None:
    expected = gapped_world(world)
    choose(page, world, 2)
    page.keyboard.press("Shift+J")
    expect(page.locator("#notice")).to_have_text("Gaps joined: 1")
    expected[60:63, 120:129] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)
    page.keyboard.press("Alt+j")
    expect(page.locator("#notice")).to_have_text("Overshoots trimmed: 1")
    trimmed = expected.copy()
    trimmed[85:90, 150:153] = 0
    np.testing.assert_array_equal(drawn(page, world, 2), trimmed)
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(drawn(page, world, 2), expected)
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(drawn(page, world, 2), gapped())


def test_a_tap_in_trim_mode_or_with_shift_trims_the_overshoot(page: Page, world: World) -> None:
    expected = gapped_world(world)
    view = choose(page, world, 2)
    page.keyboard.down("Shift")
    wait_lit(page, view, (151, 87))
    page.mouse.click(*view.at((151.5, 86.5)))
    page.keyboard.up("Shift")
    expected[85:90, 150:153] = 0
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_redrawn_lines_have_the_width_and_undo_is_exact(page: Page, world: World) -> None:
    choose(page, world, 0)
    page.get_by_label("Width of redrawn lines").fill("1")
    page.get_by_role("button", name="Thin and redraw all").click()
    expect(page.locator("[data-action='edit.undo']")).to_be_enabled()
    thin = drawn(page, world)
    assert (thin[50:110, 90:110] == 2).sum(axis=1).tolist() == [1] * 60
    assert (thin[50:110, 50:70] == 1).sum(axis=1).tolist() == [1] * 60
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(drawn(page, world), world.drafts[0])


def test_the_tool_is_not_there_for_cel_masks(page: Page, world: World) -> None:
    wanted = [Wanted(world.frames[2].pk, 1, "")]
    (cel,) = assignment_create_many(pool=world.pool, kind="cel", frames=wanted, user=world.user)
    open_editor(page, cel.pk)
    expect(page.locator("[data-action='tool.segments']")).to_be_hidden()
    page.keyboard.press("y")
    expect(page.locator("[data-action='tool.brush']")).to_have_attribute("aria-pressed", "true")


def choose(page: Page, world: World, index: int) -> View:
    """Open a frame with the segments tool."""
    view = open_editor(page, world.assignments[index].pk)
    page.keyboard.press("y")
    expect(page.locator("[data-action='tool.segments']")).to_have_attribute("aria-pressed", "true")
    return view


def wait_lit(page: Page, view: View, pixel: tuple[int, int]) -> None:
    """Hold the pen over a pixel until it lights up."""
    at = view.at((pixel[0] + 0.5, pixel[1] + 0.5))
    for _ in range(200):
        page.mouse.move(*at)
        if tuple(pixels(page, "hud", *at, 1)[0]) == LIT:
            return
    raise AssertionError(f"{pixel} does not light up")
