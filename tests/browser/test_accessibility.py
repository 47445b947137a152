"""The editor without a mouse and for every eye: names, tab order, focus, contrast, a cursor for the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.drawing import drawn, open_editor, set_size, stroke
from tests.browser.worlds import World, make_world

pytestmark = pytest.mark.browser

SignIn = Callable[..., BrowserContext]
TABS = ("Draw", "Checks", "Notes", "Frame")
DIALOGS = {"?": "#dialog-help", "Control+Comma": "#dialog-keys", "Shift+K": "#dialog-skip"}

NAMELESS = """() => {
    const attribute = (e, name) => (e.getAttribute(name) ?? "").trim();
    const text = (e) => e?.textContent.trim();
    const named = (e) => attribute(e, "aria-label") || e.title.trim() || text(e)
        || [...(e.labels ?? [])].some(text) || e.querySelector("img[alt]:not([alt=''])")
        || attribute(e, "aria-labelledby").split(" ").some((id) => text(document.getElementById(id)));
    const parts = document.querySelectorAll(
        "button, a[href], input, select, textarea, [tabindex='0'], dialog, [role=group]");
    return [...parts].filter((e) => e.type !== "hidden" && !named(e)).map((e) => e.outerHTML.slice(0, 160));
}"""

STOPS = """() => {
    const can = "button, a[href], input:not([type=hidden]), select, textarea, summary, [tabindex]";
    const radios = new Set();
    const first = (e) => e.type !== "radio" || (!radios.has(e.name) && radios.add(e.name));
    const stops = [...document.querySelectorAll(can)].filter((e) =>
        e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}) && first(e));
    stops.forEach((e, index) => (e.dataset.stop = index));
    return stops.map((e) => e.outerHTML.slice(0, 160));
}"""

FOCUSED = """() => {
    const e = document.activeElement;
    const same = (e.type === "radio" && document.querySelector(`[name="${e.name}"][data-stop]`)) || e;
    const seen = (style) => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1)
        || (style.content !== "none" && style.borderStyle !== "none" && parseFloat(style.borderWidth) >= 1);
    return {stop: same.dataset.stop, html: e.outerHTML.slice(0, 160),
            seen: seen(getComputedStyle(e)) || seen(getComputedStyle(e, "::after"))};
}"""

FAINT = """() => {
    const parse = (color) => {
        const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
        return {rgb: [r, g, b], a};
    };
    const over = (top, below) => top.rgb.map((part, i) => part * top.a + below[i] * (1 - top.a));
    const ground = (e) => {
        const colour = parse(getComputedStyle(e).backgroundColor);
        return colour.a === 1 || !e.parentElement ? colour.rgb : over(colour, ground(e.parentElement));
    };
    const light = (rgb) => rgb.map((part) => part / 255)
        .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
        .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
    const opacity = (e) => (e ? Number(getComputedStyle(e).opacity) * opacity(e.parentElement) : 1);
    const texts = [...document.querySelectorAll("body *")].filter((e) =>
        [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && e.checkVisibility()
        && !e.closest(":disabled, script, option") && !e.closest(".visually-hidden, .skip-link"));
    return texts.flatMap((e) => {
        const below = ground(e);
        const colour = parse(getComputedStyle(e).color);
        const shown = over({rgb: colour.rgb, a: colour.a * opacity(e)}, below);
        const [a, b] = [light(shown), light(below)].sort((x, y) => y - x);
        const ratio = (a + 0.05) / (b + 0.05);
        return ratio < 4.5 ? [`${ratio.toFixed(2)} ${e.outerHTML.slice(0, 120)}`] : [];
    });
}"""


@pytest.fixture(params=["cel", "douga", "depth"])
def either(request: pytest.FixtureRequest, site: object) -> World:
    """Return frames queued for each kind in turn."""
    return make_world(kind=request.param)


@pytest.fixture
def editor(either: World, sign_in: SignIn) -> Page:
    """Return the editor on a drafted frame."""
    page = sign_in(either.user).new_page()
    open_editor(page, either.assignments[0].pk)
    return page


def show(page: Page, tab: str) -> None:
    """Bring one of the panel's tabs to the front."""
    page.locator(f"#tab-{tab.lower()}").click()


def test_everything_that_can_be_used_has_a_name(editor: Page) -> None:
    assert editor.evaluate(NAMELESS) == []


def test_every_dialog_has_a_title_and_gives_the_focus_back(editor: Page) -> None:
    editor.locator("#stage").focus()
    for key, dialog in DIALOGS.items():
        editor.keyboard.press(key)
        expect(editor.locator(dialog)).to_be_visible()
        assert editor.evaluate(NAMELESS) == []
        assert editor.evaluate(FAINT) == []
        editor.keyboard.press("Escape")
        expect(editor.locator(dialog)).not_to_be_visible()
        expect(editor.locator("#stage")).to_be_focused()


@pytest.mark.parametrize("tab", TABS)
def test_tab_reaches_everything_and_shows_where_it_is(editor: Page, tab: str) -> None:
    show(editor, tab)
    editor.evaluate("() => document.activeElement.blur()")
    stops = editor.evaluate(STOPS)
    reached: set[int] = set()
    for _ in range(len(stops) + 2):
        editor.keyboard.press("Tab")
        focused = editor.evaluate(FOCUSED)
        if focused["stop"] is None:
            continue
        assert focused["seen"], f"no focus to be seen on {focused['html']}"
        reached.add(int(focused["stop"]))
    assert [stops[i] for i in range(len(stops)) if i not in reached] == []


@pytest.mark.parametrize("tab", TABS)
def test_every_text_stands_out_from_its_ground(editor: Page, tab: str) -> None:
    show(editor, tab)
    assert editor.evaluate(FAINT) == []


def test_arrow_keys_walk_the_tools_and_the_tabs(editor: Page) -> None:
    editor.locator("[data-action='tool.brush']").focus()
    editor.keyboard.press("ArrowDown")
    expect(editor.locator("[data-action='tool.eraser']")).to_be_focused()
    editor.keyboard.press("Enter")
    expect(editor.locator("[data-action='tool.eraser']")).to_have_attribute("aria-pressed", "true")
    editor.keyboard.press("End")
    expect(editor.locator("[data-action='help']")).to_be_focused()
    editor.locator("#tab-draw").focus()
    editor.keyboard.press("ArrowLeft")
    expect(editor.locator("#tab-frame")).to_be_focused()
    expect(editor.locator("#panel-frame")).to_be_visible()


def test_a_line_is_drawn_with_the_keyboard_alone(page: Page, world: World, shots: Path) -> None:
    open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    page.keyboard.press("k")
    live = page.locator("#cursor-live")
    expect(live).to_have_text("160, 90: background")
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    page.screenshot(path=shots / "keyboard_cursor.png")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+ArrowLeft")
    page.keyboard.press("Space")
    expect(live).to_have_text("90, 91: cel")
    points = [(160.5, 90.5), (170.5, 90.5), (180.5, 90.5), (190.5, 90.5), (190.5, 91.5)]
    expected = stroke(np.zeros((180, 320), np.uint8), points, 5, 1)
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(expected, [(90.5, 91.5)], 5, 1))
    page.keyboard.press("Escape")
    expect(live).to_have_text("")


def test_the_bucket_works_under_the_keyboard_cursor(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    page.keyboard.press("k")
    page.keyboard.press("g")
    page.locator("input[name=fillBy][value=color]").check()
    page.locator("#stage").focus()
    for _ in range(8):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Space")
    expected = np.zeros((180, 320), np.uint8)
    expected[40:120, 68:148] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_nothing_moves_for_those_who_asked_for_less_motion(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.user, reduced_motion="reduce").new_page()
    open_editor(page, world.assignments[0].pk)
    moving = page.evaluate(
        """() => [...document.querySelectorAll("*")].filter((e) => {
            const style = getComputedStyle(e);
            return [style.transitionDuration, style.animationDuration].some((text) => parseFloat(text) > 0);
        }).map((e) => e.outerHTML.slice(0, 120))"""
    )
    assert moving == []
