"""The class list: what is drawn with, counted, locked, hidden and shown alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.drawing import blank, drag, drawn, open_editor, pixels, set_size, stroke
from tests.browser.worlds import World, make_world

pytestmark = pytest.mark.browser

SignIn = Callable[..., BrowserContext]
ROW = [(70.5, 80.5), (130.5, 80.5)]


@pytest.fixture
def douga(site: object) -> World:
    """Return frames queued for douga, the first two with drafts."""
    return make_world(kind="douga")


@pytest.fixture
def ink(douga: World, sign_in: SignIn) -> Page:
    """Return a page of the douga world's annotator."""
    return sign_in(douga.user).new_page()


def row(page: Page, name: str) -> Locator:
    """Find a class's line by its name."""
    return page.locator(".class-line").filter(has=page.locator(".class-name", has_text=name))


def test_number_keys_choose_classes_and_go_through_their_colours(
    ink: Page, douga: World, shots: Path
) -> None:
    open_editor(ink, douga.assignments[0].pk)
    ink.keyboard.press("6")
    expect(row(ink, "shading fill")).to_have_class("class-line current")
    swatches = row(ink, "shading fill").locator(".class-swatch")
    expect(swatches).to_have_count(3)
    expect(swatches.nth(0)).to_have_attribute("aria-pressed", "true")
    ink.keyboard.press("6")
    expect(swatches.nth(1)).to_have_attribute("aria-pressed", "true")
    ink.keyboard.press("1")
    ink.keyboard.press("Numpad6")
    expect(swatches.nth(1)).to_have_attribute("aria-pressed", "true")
    ink.screenshot(path=shots / "classes_douga.png")
    ink.keyboard.press("x")
    expect(row(ink, "visible line")).to_have_class("class-line current")


def test_a_locked_class_cannot_be_painted_over(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 5)
    page.keyboard.press("Shift+C")
    expect(page.get_by_label("Lock cel")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("0")
    drag(page, view, ROW)
    page.keyboard.press("1")
    outside = [(160.5, 20.5), (200.5, 20.5)]
    drag(page, view, outside)
    np.testing.assert_array_equal(drawn(page, world), stroke(world.drafts[0], outside, 5, 1))
    page.get_by_label("Lock cel").click()
    page.keyboard.press("0")
    drag(page, view, ROW)
    expected = stroke(stroke(world.drafts[0], outside, 5, 1), ROW, 5, 0)
    np.testing.assert_array_equal(drawn(page, world), expected)


def test_locks_are_kept_for_the_kind_they_were_set_on(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("Shift+C")
    page.reload()
    expect(page.get_by_label("Lock cel")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("() => JSON.parse(localStorage['sakkan.editor.settings']).lockedClasses") == {
        "cel": [1]
    }


def test_hidden_and_lone_classes_change_what_is_seen_and_nothing_else(
    ink: Page, douga: World, shots: Path
) -> None:
    view = open_editor(ink, douga.assignments[0].pk)
    line, shade = view.at((61.5, 80.5)), view.at((120.5, 80.5))

    def shown() -> list[bool]:
        return [pixels(ink, "labels", x, y, 1)[0][3] > 0 for x, y in (line, shade)]

    assert shown() == [True, True]
    ink.get_by_label("Hide visible line").click()
    assert shown() == [False, True]
    ink.keyboard.press("6")
    ink.get_by_label("Hide visible line").click()
    ink.keyboard.press("Shift+S")
    assert shown() == [False, True]
    ink.screenshot(path=shots / "classes_alone.png")
    ink.keyboard.press("1")
    ink.keyboard.press("Shift+S")
    assert shown() == [True, False]
    ink.keyboard.press("Shift+S")
    assert shown() == [True, True]


def test_a_class_can_be_fainter_than_the_others(ink: Page, douga: World) -> None:
    view = open_editor(ink, douga.assignments[0].pk)
    ink.keyboard.press("6")
    slider = row(ink, "shading fill").get_by_label("Opacity of the class")
    slider.fill("50")
    (faint,) = pixels(ink, "labels", *view.at((120.5, 80.5)), 1)
    (full,) = pixels(ink, "labels", *view.at((61.5, 80.5)), 1)
    assert faint[3] == pytest.approx(full[3] / 2, abs=1)


def test_counts_follow_each_stroke_and_its_undoing(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    count = row(page, "cel").locator(".class-count")
    expect(count).to_have_text("")
    set_size(page, 5)
    drag(page, view, ROW)
    pixels_drawn = int(stroke(blank(), ROW, 5, 1).sum())
    expect(count).to_have_text(str(pixels_drawn))
    expect(count).to_have_attribute("title", f"{pixels_drawn} pixels")
    page.keyboard.press("Control+z")
    expect(count).to_have_text("")


def test_the_list_is_walked_by_arrow_keys_with_one_stop_in_the_tab_order(ink: Page, douga: World) -> None:
    open_editor(ink, douga.assignments[0].pk)
    assert ink.locator(".class-list button[tabindex='0']:not(.class-swatch, .class-solo)").count() == 1
    row(ink, "visible line").locator(".class-pick").focus()
    ink.keyboard.press("ArrowDown")
    ink.keyboard.press("ArrowRight")
    expect(ink.get_by_label("Hide shading line")).to_be_focused()
    ink.keyboard.press("Enter")
    expect(ink.get_by_label("Hide shading line")).to_have_attribute("aria-pressed", "true")
    ink.keyboard.press("ArrowUp")
    ink.keyboard.press("ArrowLeft")
    expect(row(ink, "visible line").locator(".class-pick")).to_be_focused()
