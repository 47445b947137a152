"""Keys that act by their place, can be given to other actions, kept, taken elsewhere and looked up."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.drawing import open_editor
from tests.browser.worlds import World

pytestmark = pytest.mark.browser

SignIn = Callable[..., BrowserContext]


@pytest.fixture
def dialog(page: Page, world: World) -> Locator:
    """Return the dialog of keys, open."""
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("Control+Comma")
    return page.locator("#dialog-keys")


def key_of(dialog: Locator, action: str) -> Locator:
    """Find the button that says and changes an action's key."""
    return dialog.locator("li").filter(has=dialog.page.get_by_text(action, exact=True)).locator(".keys-press")


def tool(page: Page, name: str) -> Locator:
    """Find a tool's button in the tool column."""
    return page.locator(f".ed-tools [data-action='tool.{name}']")


def give(dialog: Locator, action: str, chord: str) -> None:
    """Press a new chord for an action."""
    key_of(dialog, action).click()
    dialog.page.keyboard.press(chord)


def test_an_input_method_does_not_take_keys_away(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.evaluate(
        """() => document.querySelector("#stage").dispatchEvent(new KeyboardEvent("keydown",
            {code: "KeyE", key: "Process", keyCode: 229, isComposing: true, bubbles: true, cancelable: true}))"""
    )
    expect(tool(page, "eraser")).to_have_attribute("aria-pressed", "true")


def test_an_action_gets_another_key_and_keeps_it(dialog: Locator, page: Page) -> None:
    give(dialog, "Brush", "Shift+B")
    expect(key_of(dialog, "Brush")).to_have_text("ShiftB")
    expect(dialog.locator("#keys-message")).to_contain_text("Shift+B")
    page.reload()
    page.keyboard.press("e")
    page.keyboard.press("b")
    expect(tool(page, "eraser")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+B")
    expect(tool(page, "brush")).to_have_attribute("aria-pressed", "true")
    expect(tool(page, "brush")).to_have_attribute("title", "Brush (Shift+B)")
    page.keyboard.press("?")
    expect(page.locator("#help-keys")).to_contain_text("ShiftBBrush")


def test_a_key_that_is_taken_says_from_whom_and_asks(dialog: Locator, page: Page, shots: Path) -> None:
    give(dialog, "Brush", "e")
    message = dialog.locator("#keys-message")
    expect(message).to_contain_text("E is the key of “Eraser”")
    page.screenshot(path=shots / "keys_conflict.png")
    message.get_by_role("button", name="Leave it").click()
    expect(key_of(dialog, "Brush")).to_have_text("B")
    give(dialog, "Brush", "e")
    message.get_by_role("button", name="Take it").click()
    expect(key_of(dialog, "Brush")).to_have_text("E")
    expect(key_of(dialog, "Eraser")).to_have_text("–")
    dialog.get_by_role("button", name="The preset's key for “Eraser”").click()
    expect(key_of(dialog, "Eraser")).to_have_text("E")
    expect(key_of(dialog, "Brush")).to_have_text("–")
    dialog.get_by_role("button", name="Reset all").click()
    expect(key_of(dialog, "Brush")).to_have_text("B")


def test_escape_leaves_a_key_as_it_is_and_then_the_dialog(dialog: Locator, page: Page) -> None:
    give(dialog, "Brush", "Escape")
    expect(key_of(dialog, "Brush")).to_have_text("B")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).not_to_be_visible()


def test_keys_the_browser_needs_are_refused(dialog: Locator) -> None:
    give(dialog, "Brush", "Tab")
    expect(dialog.locator("#keys-message")).to_contain_text("kept for the browser or the canvas")
    expect(key_of(dialog, "Brush")).to_have_text("B")


@pytest.mark.parametrize(
    ("preset", "action", "key"),
    [("clip_studio", "Bucket", "G"), ("open_toonz", "Bucket", "F"), ("left_handed", "Brush", "N")],
)
def test_presets_change_what_keys_do(dialog: Locator, page: Page, preset: str, action: str, key: str) -> None:
    dialog.locator("#keys-preset").select_option(preset)
    expect(key_of(dialog, action)).to_have_text(key)
    dialog.get_by_role("button", name="Close", exact=True).click()
    page.keyboard.press(key.lower())
    expect(tool(page, action.lower())).to_have_attribute("aria-pressed", "true")


def test_a_key_pressed_before_a_closed_dialog_let_the_focus_go_is_the_editors(
    dialog: Locator, page: Page
) -> None:
    """The page is painted, and the focus moved, some time after a dialog was closed; a quick hand is there first."""
    dialog.evaluate(
        """(dialog) => {
            const button = dialog.querySelector("[data-close]");
            button.focus();
            dialog.close();
            const key = {code: "KeyE", key: "e", bubbles: true, cancelable: true};
            button.dispatchEvent(new KeyboardEvent("keydown", key));
        }"""
    )
    expect(tool(page, "eraser")).to_have_attribute("aria-pressed", "true")


def test_keys_go_to_another_browser_as_a_file(
    dialog: Locator, page: Page, world: World, sign_in: SignIn, tmp_path: Path
) -> None:
    dialog.locator("#keys-preset").select_option("open_toonz")
    give(dialog, "Brush", "Alt+ArrowUp")
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Export").click()
    file = tmp_path / "keys.json"
    download.value.save_as(file)
    assert json.loads(file.read_text())["keys"]["tool.brush"] == "Alt+ArrowUp"
    other = sign_in(world.user).new_page()
    open_editor(other, world.assignments[0].pk)
    other.keyboard.press("Control+Comma")
    there = other.locator("#dialog-keys")
    there.locator("#keys-file").set_input_files(file)
    expect(there.locator("#keys-message")).to_contain_text("keys.json")
    expect(there.locator("#keys-preset")).to_have_value("open_toonz")
    expect(key_of(there, "Brush")).to_have_text("Alt↑")


def test_a_file_of_something_else_is_refused(dialog: Locator, tmp_path: Path) -> None:
    file = tmp_path / "other.json"
    file.write_text('{"keys": 3}')
    dialog.locator("#keys-file").set_input_files(file)
    expect(dialog.locator("#keys-message")).to_contain_text("holds no keys of this editor")


def test_actions_are_found_by_their_words(dialog: Locator, page: Page, shots: Path) -> None:
    page.screenshot(path=shots / "keys.png")
    dialog.get_by_label("Find", exact=True).fill("undo")
    expect(dialog.locator("#keys-list li:visible")).to_have_count(1)


def test_the_sheet_leads_to_the_dialog(page: Page, world: World, shots: Path) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("?")
    page.screenshot(path=shots / "keys_sheet.png")
    page.get_by_role("button", name="Change keys…").click()
    expect(page.locator("#dialog-help")).not_to_be_visible()
    expect(page.locator("#dialog-keys")).to_be_visible()


def test_the_panel_changes_sides_for_left_handers(dialog: Locator, page: Page, shots: Path) -> None:
    dialog.get_by_label("Panel on the left, tools on the right").check()
    dialog.get_by_role("button", name="Close", exact=True).click()
    panel, tools = (page.locator(part).bounding_box() for part in (".ed-panel", ".ed-tools"))
    assert panel
    assert tools
    assert panel["x"] == 0
    assert tools["x"] + tools["width"] == 1280
    page.screenshot(path=shots / "keys_left_handed.png")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-panel", "left")


def test_the_space_bar_presses_a_focused_box_and_does_not_pan(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    box = page.locator("input[data-setting=penPressure]")
    box.focus()
    page.keyboard.press("Space")
    expect(box).not_to_be_checked()


def test_a_control_set_with_the_mouse_leaves_the_keys_with_the_canvas(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    box = page.locator("input[data-setting=penPressure]")
    page.get_by_text("Pen pressure sets the width").click()
    expect(box).not_to_be_checked()
    expect(page.locator("#stage")).to_be_focused()
    page.locator("input[data-setting=opacity]").click()
    expect(page.locator("#stage")).to_be_focused()
    box.focus()
    page.keyboard.press("Space")
    expect(box).to_be_checked()
    expect(box).to_be_focused()
