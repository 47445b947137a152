"""The canvas in a real Chromium: turned views, every drawing tool to the pixel, pens, palms, large frames."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Page, expect

from annotation.models import WorkingCopy
from annotation.services.assignments import Wanted, assignment_create_many
from core.models import User
from tests.browser import drawing
from tests.browser.drawing import (
    LINE,
    Point,
    TurnedView,
    View,
    blank,
    drag,
    drawn,
    open_editor,
    set_size,
    stroke,
)
from tests.browser.test_editor_tools import Pen
from tests.browser.worlds import World, add_frame, make_world

pytestmark = pytest.mark.browser

SignIn = Callable[..., BrowserContext]
NEAR = [(140.5, 70.5), (182.5, 83.5), (176.5, 108.5)]


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def closer(page: Page) -> None:
    """Zoom in to 4:1, where a pointer's rounding to whole page pixels stays within a frame pixel."""
    for _ in range(10):
        if page.locator("#status-zoom").inner_text() == "4:1":
            return
        page.keyboard.press("Equal")
    expect(page.locator("#status-zoom")).to_have_text("4:1")


def click_at(page: Page, view: View | TurnedView, points: Sequence[Point]) -> None:
    """Click on each point."""
    for point in points:
        page.mouse.click(*view.at(point))


def set_slider(page: Page, setting: str, value: int) -> None:
    """Move a slider of the tool's settings."""
    page.locator(f"input[data-setting={setting}]").fill(str(value))


# Views


@pytest.mark.parametrize(("turns", "mirror"), [(2, False), (-3, True), (6, False), (12, True)])
def test_in_a_turned_view_a_stroke_sets_the_pixels_under_it(
    page: Page, world: World, turns: int, mirror: bool
) -> None:
    open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    if mirror:
        press(page, "m")
    press(page, *["." if turns > 0 else ","] * abs(turns))
    closer(page)
    expect(page.locator("#view-angle")).to_have_text(f"{15 * turns}°" + (", mirrored" if mirror else ""))
    drag(page, drawing.turned(page, 15 * turns, 4, mirrored=mirror), NEAR)
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(blank(), NEAR, 5, 1))


def test_mirroring_a_turned_view_swaps_left_and_right_of_the_screen(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    set_size(page, 3)
    press(page, ".", ".", "m")
    closer(page)
    expect(page.locator("#view-angle")).to_have_text("-30°, mirrored")
    drag(page, drawing.turned(page, -30, 4, mirrored=True), NEAR)
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(blank(), NEAR, 3, 1))
    press(page, "/", "f")
    expect(page.locator("#view-angle")).to_have_text("")


def test_shift_and_space_turn_the_view_about_its_middle(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    closer(page)
    box = page.locator("#stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.keyboard.down("Shift")
    page.keyboard.down("Space")
    page.mouse.move(x + 200, y)
    page.mouse.down()
    page.mouse.move(x + 200, y + 200)
    page.mouse.up()
    page.keyboard.up("Space")
    page.keyboard.up("Shift")
    expect(page.locator("#view-angle")).to_have_text("45°")
    drag(page, drawing.turned(page, 45, 4), NEAR)
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(blank(), NEAR, 5, 1))


def test_two_fingers_that_twist_turn_the_view(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.user, has_touch=True).new_page()
    open_editor(page, world.assignments[2].pk)
    box = page.locator("#stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    pen = Pen(page)
    pen.touch("touchStart", (x - 100, y))
    pen.touch("touchStart", (x - 100, y), (x + 100, y))
    pen.touch("touchMove", (x - 98, y - 20), (x + 98, y + 20))
    pen.touch("touchMove", (x, y - 100), (x, y + 100))
    pen.touch("touchEnd")
    # What it takes to tell a twist from a pinch does not turn.
    expect(page.locator("#view-angle")).to_have_text("78°")
    expect(page.locator("#status-save")).to_have_text("Saved")
    assert WorkingCopy.objects.get(assignment=world.assignments[2]).version == 0


def shown_layers(page: Page) -> list[NDArray[np.uint8]]:
    """Return image and labels as they are shown once all that is due has been drawn: (H, W, 4) each."""
    layers = page.evaluate(
        """async () => {
            const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            await frame().then(frame);
            return ["image", "labels"].map((layer) => {
                const canvas = document.querySelector(`canvas[data-layer=${layer}]`);
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                let text = "";
                for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
                return [height, width, btoa(text)];
            });
        }"""
    )
    return [np.frombuffer(base64.b64decode(data), np.uint8).reshape(h, w, 4) for h, w, data in layers]


@pytest.mark.parametrize("keys", [(), ("=",), ("m", "-", "-"), (".",), ("=", "=", "=", "=", ".", ".")])
def test_a_moved_view_shows_just_what_one_drawn_anew_does(
    page: Page, world: World, keys: tuple[str, ...]
) -> None:
    view = open_editor(page, world.assignments[0].pk)
    press(page, *keys)
    page.keyboard.down("Space")
    drag(page, view, [(150, 90), (131, 104), (190, 61), (170, 66)])
    page.keyboard.up("Space")
    pushed = shown_layers(page)
    press(page, "h", "h")
    image, labels = shown_layers(page)
    differ = (image != pushed[0]).any(axis=2).mean()
    # At an angle the browser's own rounding of the picture's edges depends on the part that is drawn.
    assert differ <= (0.002 if "." in keys else 0)
    assert image.any()
    np.testing.assert_array_equal(pushed[1], labels)


# Tools


def test_the_pencil_has_its_exact_width_whatever_the_pressure(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    press(page, "p")
    expected = blank()
    for size, y in ((1, 20.5), (2, 60.5), (3, 100.5)):
        set_slider(page, "pencilSize", size)
        way = [(30.5, y), (150.5, y + 17), (200.5, y - 9)]
        pen = Pen(page)
        for kind, at, force in zip(
            ("mousePressed", "mouseMoved", "mouseMoved"), way, (0.1, 1, 0.4), strict=True
        ):
            pen.send(kind, view.at(at), force)
        pen.send("mouseReleased", view.at(way[-1]), 0, buttons=0)
        expected = stroke(expected, way, size, 1)
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_a_straight_line_and_with_shift_one_at_15_degrees(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    press(page, "n")
    set_slider(page, "lineSize", 3)
    drag(page, view, [(20.5, 20.5), (60, 90), (180.5, 47.5)])
    expected = stroke(blank(), [(20.5, 20.5), (180.5, 47.5)], 3, 1)
    page.keyboard.down("Shift")
    drag(page, view, [(40.5, 100.5), (140.5, 97.5)])
    drag(page, view, [(220.5, 30.5), (290.5, 96.5)])
    page.keyboard.up("Shift")
    expected = stroke(expected, [(40.5, 100.5), (140.5, 100.5)], 3, 1)
    expected = stroke(expected, [(220.5, 30.5), (288.5, 98.5)], 3, 1)
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_a_polyline_is_clicked_together_and_mended_on_the_way(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    press(page, "Shift+N")
    set_slider(page, "lineSize", 2)
    points = [(30, 30), (120, 40), (80, 130)]
    click_at(page, view, [*points, (250, 20), (270, 170)])
    press(page, "Backspace", "Control+z", "Enter")
    expected = stroke(blank(), points, 2, 1)
    np.testing.assert_array_equal(drawn(page, world, 2), expected)
    click_at(page, view, [(200, 30), (230, 90)])
    press(page, "Escape")
    click_at(page, view, [(200, 30), (280, 60)])
    page.mouse.dblclick(*view.at((210, 150)))
    expected = stroke(expected, [(200, 30), (280, 60), (210, 150)], 2, 1)
    np.testing.assert_array_equal(drawn(page, world, 2), expected)
    press(page, "Control+z")
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(blank(), points, 2, 1))


def test_a_click_on_the_first_corner_closes(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    press(page, "Shift+N")
    set_slider(page, "lineSize", 4)
    points = [(30, 30), (120, 40), (80, 130)]
    click_at(page, view, [*points, (31, 30)])
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(blank(), [*points, points[0]], 4, 1))


def test_a_corner_follows_the_pointer_until_it_is_lifted(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    press(page, "Shift+P")
    drag(page, view, [(30, 30), (50, 40)])
    drag(page, view, [(100, 30), (200, 50)])
    drag(page, view, [(100, 130), (120, 150)])
    press(page, "Enter")
    corners = [(50.0, 40.0), (200.0, 50.0), (120.0, 150.0)]
    np.testing.assert_array_equal(drawn(page, world, 2), drawing.lasso(blank(), corners, 1))


def test_a_curve_passes_through_its_clicks_smoothly(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    press(page, "j")
    set_slider(page, "lineSize", 3)
    points = [(30.0, 100.0), (80.0, 30.0), (100.0, 120.0), (220.0, 60.0), (230.0, 160.0)]
    click_at(page, view, points)
    press(page, "Enter")
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(blank(), drawing.curve(points), 3, 1))


def test_the_rectangle_covers_both_corners_and_with_shift_is_square(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    press(page, "r")
    drag(page, view, [(80.5, 60.5), (20.5, 40.5)])
    page.keyboard.down("Shift")
    drag(page, view, [(200.5, 100.5), (250.5, 90.5)])
    page.keyboard.up("Shift")
    drag(page, view, [(50.5, 50.5), (52.5, 52.5)], button="right")
    expected = blank()
    expected[40:61, 20:81] = 1
    expected[50:101, 200:251] = 1
    expected[50:53, 50:53] = 0
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_the_stabilizer_pulls_the_line_on_a_string(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 3)
    set_slider(page, "stabilizer", 30)
    hand = [(30.0, 60.0), (60.0, 66.0), (90.0, 54.0), (93.0, 57.0), (150.0, 60.0), (150.0, 120.0)]
    drag(page, view, hand)
    # A string of 30 px of the screen.
    np.testing.assert_array_equal(
        drawn(page, world, 2), stroke(blank(), drawing.pulled(hand, 30 / view.scale), 3, 1)
    )


def test_alt_and_a_click_or_the_key_draw_with_what_lies_there(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 3)
    page.keyboard.down("Alt")
    click_at(page, view, [(10.5, 10.5)])
    page.keyboard.up("Alt")
    drag(page, view, [(80.5, 60.5), (100.5, 60.5)])
    page.mouse.move(*view.at((120.5, 100.5)))
    press(page, "s")
    drag(page, view, [(20.5, 150.5), (60.5, 150.5)])
    expected = stroke(world.drafts[0], [(80.5, 60.5), (100.5, 60.5)], 3, 0)
    np.testing.assert_array_equal(drawn(page, world), stroke(expected, [(20.5, 150.5), (60.5, 150.5)], 3, 1))


@pytest.fixture
def douga(site: object, sign_in: SignIn) -> tuple[Page, World]:
    """Return a page on a douga with a box of line, a shade in it and a line between."""
    world = make_world(kind="douga")
    page = sign_in(world.user).new_page()
    open_editor(page, world.assignments[0].pk)
    return page, world


def draw_with(page: Page, value: int) -> None:
    """Choose a stored value to draw with by its class's number key."""
    page.keyboard.press(str(value))


def test_replace_turns_one_class_into_another_inside_an_outline(douga: tuple[Page, World]) -> None:
    page, world = douga
    view = drawing.fitted(page)
    press(page, "Shift+X")
    draw_with(page, 3)
    page.locator("#replace-from").select_option("1")
    outline = [(40.0, 20.0), (110.0, 20.0), (110.0, 100.0), (40.0, 100.0)]
    drag(page, view, outline)
    inside = drawing.lasso(blank(), outline, 1).astype(bool)
    expected = world.drafts[0].copy()
    expected[inside & (expected == 1)] = 3
    np.testing.assert_array_equal(drawn(page, world), expected)
    page.locator("input[name=replaceBy][value=rectangle]").check()
    page.locator("#replace-from").select_option("start")
    draw_with(page, 8)
    drag(page, view, [(120.5, 60.5), (160.5, 80.5)])
    region = expected[60:81, 120:161]
    region[region == 6] = 8
    np.testing.assert_array_equal(drawn(page, world), expected)


def test_a_replaced_fill_goes_on_under_its_lines_and_a_replaced_line_uncovers_it(
    douga: tuple[Page, World],
) -> None:
    page, world = douga
    view = drawing.fitted(page)
    press(page, "Shift+X")
    page.locator("input[name=replaceBy][value=rectangle]").check()
    page.locator("#replace-from").select_option("6")
    draw_with(page, 7)
    drag(page, view, [(50.5, 30.5), (150.5, 130.5)])
    page.locator("#replace-from").select_option("2")
    draw_with(page, 0)
    drag(page, view, [(50.5, 70.5), (150.5, 130.5)])
    label = drawn(page, world)
    before = world.drafts[0]
    np.testing.assert_array_equal(label[before == 6], 7)
    assert set(label[43:70, 100:103].ravel().tolist()) == {2}
    # The shading line's lower half was turned into "no line, flat": the fill beneath it is flat as well.
    assert set(label[71:117, 100:103].ravel().tolist()) == {0}


def test_the_ruler_measures_across_and_under_the_pointer(douga: tuple[Page, World], shots: Path) -> None:
    page, world = douga
    view = drawing.fitted(page)
    press(page, "Shift+R")
    drag(page, view, [(50.5, 80.5), (75.5, 80.5)])
    expect(page.locator("#ruler-reading")).to_have_text("3.0 px, 1.67 % of the height")
    page.mouse.move(*view.at((101.5, 90.5)))
    page.screenshot(path=shots / "ruler.png")
    drag(page, view, [(5.5, 20.5), (25.5, 20.5)])
    expect(page.locator("#ruler-reading")).to_have_text("There is no line on this way.")
    drag(page, view, [(250.5, 30.5), (250.5, 50.5)])
    assert WorkingCopy.objects.get(assignment=world.assignments[0]).version == 0


# Pens and palms


def test_the_barrel_button_and_the_eraser_end_erase(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 8)
    pen = Pen(page)
    barrel = {"button": "right", "buttons": 2}
    pen.send("mousePressed", view.at((80, 60)), 1, **barrel)
    pen.send("mouseMoved", view.at((110, 60)), 1, **barrel)
    pen.send("mouseReleased", view.at((110, 60)), 0, button="right", buttons=0)
    synthetic(page, view, [("pointerdown", (80, 100), 5, 32, 1), ("pointermove", (110, 100), -1, 32, 1)])
    synthetic(page, view, [("pointerup", (110, 100), 5, 0, 0)])
    expected = stroke(world.drafts[0], [(80, 60), (110, 60)], 8, 0)
    np.testing.assert_array_equal(drawn(page, world), stroke(expected, [(80, 100), (110, 100)], 8, 0))


def test_a_barrel_button_pressed_above_the_surface_draws_once_the_pen_is_down(
    page: Page, world: World
) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 8)
    events = [
        ("pointerdown", (70, 60), 2, 2, 0),
        ("pointermove", (80, 60), -1, 2, 0),
        ("pointermove", (90, 60), 0, 3, 0.5),
        ("pointermove", (120, 60), -1, 3, 0.5),
        ("pointermove", (125, 60), 0, 2, 0),
        ("pointermove", (140, 60), -1, 2, 0),
        ("pointerup", (140, 60), 2, 0, 0),
    ]
    page.locator("input[data-setting=penPressure]").uncheck()
    synthetic(page, view, events)
    np.testing.assert_array_equal(drawn(page, world), stroke(world.drafts[0], [(90, 60), (120, 60)], 8, 0))


def synthetic(page: Page, view: View, events: Sequence[tuple[str, Point, int, int, float]]) -> None:
    """Dispatch pen events: type, point of the frame, button, buttons, pressure."""
    page.evaluate(
        """(events) => {
            const stage = document.querySelector("#stage");
            for (const [type, [clientX, clientY], button, buttons, pressure] of events) {
                const pen = { pointerId: 9, pointerType: "pen", bubbles: true, cancelable: true };
                stage.dispatchEvent(new PointerEvent(type, { ...pen, clientX, clientY, button, buttons, pressure }));
            }
        }""",
        [[kind, view.at(at), *rest] for kind, at, *rest in events],
    )


def test_a_resting_palm_neither_draws_nor_moves_the_view_under_the_pen(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.user, has_touch=True).new_page()
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 3)
    pen = Pen(page)
    pen.send("mouseMoved", view.at((60.5, 60.5)), 0, buttons=0)
    pen.touch("touchStart", view.at((200, 100)))
    pen.touch("touchStart", view.at((200, 100)), view.at((230, 120)))
    pen.send("mousePressed", view.at((60.5, 60.5)), 1)
    pen.touch("touchMove", view.at((190, 90)), view.at((250, 140)))
    pen.send("mouseMoved", view.at((100.5, 60.5)), 1)
    pen.touch("touchEnd")
    pen.send("mouseReleased", view.at((100.5, 60.5)), 0, buttons=0)
    expect(page.locator("#status-zoom")).to_have_text(f"{view.scale:g}:1")
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(blank(), [(60.5, 60.5), (100.5, 60.5)], 3, 1))


def test_a_held_finger_opens_no_menu(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.user, has_touch=True).new_page()
    open_editor(page, world.assignments[2].pk)
    prevented = page.evaluate(
        """() => ["contextmenu", "touchstart"].map((type) =>
            !document.querySelector("#stage").dispatchEvent(new Event(type, { bubbles: true, cancelable: true })))"""
    )
    assert prevented == [True, True]
    assert page.locator("#stage").evaluate("(stage) => getComputedStyle(stage).touchAction") == "none"


# Large frames


def large_world(side: int) -> World:
    """Make a world whose fourth frame is square and large, with a fine pattern on it."""
    world = make_world()
    rgb = np.full((side, side, 3), 200, np.uint8)
    rgb[::64] = (40, 60, 90)
    rgb[:, ::64] = (40, 60, 90)
    rgb[1000:3000, 1200:2800] = (180, 60, 40)
    frame = add_frame(world, "large/000000", rgb)
    wanted = [Wanted(frame.pk, 1, "large")]
    world.assignments += assignment_create_many(pool=world.pool, kind="cel", frames=wanted, user=world.user)
    return world


def test_a_frame_of_4096_px_opens_is_drawn_on_and_saved(site: object, sign_in: SignIn, shots: Path) -> None:
    world = large_world(4096)
    page = sign_in(world.user).new_page()
    open_editor(page, world.assignments[3].pk)
    page.screenshot(path=shots / "4096-fit.png")
    set_size(page, 400)
    box = page.locator("#stage").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    press(page, "Shift+F")
    page.mouse.move(x - 200, y - 100)
    page.mouse.down()
    page.mouse.move(x + 200, y + 100)
    page.mouse.up()
    page.screenshot(path=shots / "4096-actual.png")
    # At 1:1 the frame's middle is the stage's, on whole pixels.
    left, top = round(box["width"] / 2 - 2048), round(box["height"] / 2 - 2048)
    ways = [(x + dx - box["x"] - left, y + dy - box["y"] - top) for dx, dy in ((-200, -100), (200, 100))]
    press(page, "Control+s")
    expect(page.locator("#status-save")).to_have_text("Saved", timeout=60_000)
    label = drawing.stored(world.assignments[3].pk)
    assert label.shape == (4096, 4096)
    part = np.s_[1500:2600, 1400:2700]
    corner = (1400, 1500)
    moved = [(px - corner[0], py - corner[1]) for px, py in ways]
    np.testing.assert_array_equal(label[part], stroke(np.zeros((1100, 1300), np.uint8), moved, 400, 1))
    assert int(label.sum()) == int(label[part].sum())


# Pictures


def test_pictures_of_the_views(world: World, sign_in: SignIn, shots: Path) -> None:
    user: User = world.user
    page = sign_in(user).new_page()
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 8)
    drag(page, view, LINE)
    press(page, ".", ".", "m")
    page.screenshot(path=shots / "turned-mirrored.png")
    press(page, *["="] * 12)
    expect(page.locator("#status-zoom")).to_have_text("32:1")
    page.screenshot(path=shots / "grid-turned.png")
    press(page, "/")
    page.screenshot(path=shots / "grid-32.png")
    press(page, "f", "j")
    click_at(page, view, [(30, 100), (80, 30), (160, 120)])
    page.mouse.move(*view.at((260, 60)))
    page.screenshot(path=shots / "curve.png")
    press(page, "Escape", "Shift+P")
    click_at(page, view, [(30, 100), (80, 30), (160, 120)])
    page.mouse.move(*view.at((32, 101)))
    page.screenshot(path=shots / "polygon.png")
    press(page, "Escape", "b")
    expect(page.locator("#stage")).to_be_focused()
