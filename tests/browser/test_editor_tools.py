"""The editor's tools in a real Chromium: what mouse, pen and fingers draw is what is stored, to the pixel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotation.models import WorkingCopy
from tests.browser import drawing
from tests.browser.drawing import LINE, blank, drag, drawn, fitted, open_editor, pixels, set_size, stroke
from tests.browser.worlds import World

pytestmark = pytest.mark.browser

SignIn = Callable[..., BrowserContext]


def test_eraser_right_button_ignore_and_even_widths(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 8)
    drag(page, view, [(50, 50), (150, 50)])
    page.keyboard.press("e")
    drag(page, view, [(80, 50), (90, 55)])
    page.keyboard.press("b")
    drag(page, view, [(120, 50), (120, 60)], button="right")
    page.keyboard.press("i")
    drag(page, view, [(10, 10)])
    expected = stroke(blank(), [(50, 50), (150, 50)], 8, 1)
    expected = stroke(expected, [(80, 50), (90, 55)], 8, 0)
    expected = stroke(expected, [(120, 50), (120, 60)], 8, 0)
    expected = stroke(expected, [(10, 10)], 8, 255)
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_lasso_fills_what_it_winds_round(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    page.keyboard.press("l")
    points = [(30.0, 30.0), (120.0, 25.0), (60.0, 90.0), (140.0, 110.0), (25.0, 130.0)]
    drag(page, view, points)
    np.testing.assert_array_equal(drawn(page, world, 2), drawing.lasso(blank(), points, 1))


def test_bucket_by_colour_takes_the_box_and_by_labels_stays_inside_a_line(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    page.keyboard.press("g")
    page.mouse.click(*view.at((100, 80)))
    expected = blank()
    expected[40:120, 68:148] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)
    page.keyboard.press("Shift+G")
    page.keyboard.press("i")
    page.mouse.click(*view.at((100, 80)))
    expected[40:120, 68:148] = 255
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_undo_and_redo_are_exact(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 5)
    drag(page, view, LINE)
    drag(page, view, [(200.5, 20.5), (210.5, 160.5)])
    page.keyboard.press("Control+z")
    first = stroke(world.drafts[0], LINE, 5, 1)
    np.testing.assert_array_equal(drawn(page, world), first)
    page.keyboard.press("Control+Shift+Z")
    np.testing.assert_array_equal(drawn(page, world), stroke(first, [(200.5, 20.5), (210.5, 160.5)], 5, 1))


def test_at_32_to_1_a_click_sets_the_pixel_under_it(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 1)
    x, y = view.at((160.5, 90.5))
    page.mouse.move(x, y)
    for _ in range(12):
        page.mouse.wheel(0, -100)
    expect(page.locator("#status-zoom")).to_have_text("32:1")
    expect(page.locator("#status-pointer")).to_have_text("160, 90")
    page.mouse.click(x, y)
    page.mouse.click(x + 32, y)
    expected = blank()
    expected[90, 160:162] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)
    shown = pixels(page, "labels", x - 40, y, 120)
    assert len({tuple(p) for p in shown}) == 2, "each frame pixel is one flat square"
    page.keyboard.press("f")
    expect(page.locator("#status-zoom")).to_have_text(f"{view.scale:g}:1")


def test_on_a_dense_screen_a_click_sets_the_pixel_under_it(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.user, device_scale_factor=2).new_page()
    open_editor(page, world.assignments[2].pk)
    expect(page.locator("#status-zoom")).to_have_text(f"{2 * fitted(page, ratio=2).scale:g}:1")
    set_size(page, 1)
    page.mouse.click(*fitted(page, ratio=2).at((77.5, 31.5)))
    expected = blank()
    expected[31, 77] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_image_and_labels_have_their_edges_in_the_same_places(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    x, y = view.at((60.5, 100.5))
    page.mouse.move(x, y)
    for _ in range(12):
        page.mouse.wheel(0, -100)
    expect(page.locator("#status-zoom")).to_have_text("32:1")
    image = [tuple(p) == (200, 40, 30, 255) for p in pixels(page, "image", x - 200, y, 400)]
    labels = [p[3] > 0 for p in pixels(page, "labels", x - 200, y, 400)]
    assert image == labels
    assert any(image)
    assert not all(image)


def test_space_and_the_middle_button_pan(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 1)
    page.keyboard.down("Space")
    drag(page, view, [(100, 100), (120, 90)])
    page.keyboard.up("Space")
    drag(page, view, [(100, 100), (110, 100)], button="middle")
    page.mouse.click(*view.at((130.5, 90.5)))
    expected = blank()
    expected[100, 100] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


class Pen:
    """Sends pen and touch events through the browser's own input pipeline."""

    def __init__(self, page: Page) -> None:
        self.cdp = page.context.new_cdp_session(page)

    def send(self, kind: str, at: drawing.Point, force: float, **more: object) -> None:
        """One pen event."""
        event = {"type": kind, "x": at[0], "y": at[1], "pointerType": "pen", "force": force, "button": "left"}
        self.cdp.send("Input.dispatchMouseEvent", {**event, "buttons": 1, "clickCount": 1, **more})

    def touch(self, kind: str, *points: drawing.Point) -> None:
        """One touch event with all fingers that are down."""
        fingers = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})


def test_the_pen_s_pressure_sets_the_width(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 20)
    pen = Pen(page)
    way = [((40.5, 40.5), 0.25), ((80.5, 40.5), 0.5), ((120.5, 60.5), 1.0)]
    pen.send("mousePressed", view.at(way[0][0]), way[0][1])
    for at, force in way[1:]:
        pen.send("mouseMoved", view.at(at), force)
    pen.send("mouseReleased", view.at(way[-1][0]), 0, buttons=0)
    expected = stroke(blank(), [way[0][0]], 5, 1)
    expected = stroke(expected, [way[0][0], way[1][0]], 10, 1)
    expected = stroke(expected, [way[1][0], way[2][0]], 20, 1)
    np.testing.assert_array_equal(drawn(page, world, 2), expected)


def test_a_palm_does_not_draw_once_a_pen_is_in_use(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.user, has_touch=True).new_page()
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 3)
    pen = Pen(page)
    pen.touch("touchStart", view.at((10, 10)))
    pen.touch("touchMove", view.at((30, 10)))
    pen.touch("touchEnd")
    pen.send("mousePressed", view.at((60.5, 60.5)), 1)
    pen.send("mouseReleased", view.at((60.5, 60.5)), 0, buttons=0)
    pen.touch("touchStart", view.at((200, 100)))
    pen.touch("touchMove", view.at((230, 100)))
    pen.touch("touchEnd")
    expected = stroke(blank(), [(10, 10), (30, 10)], 3, 1)
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(expected, [(60.5, 60.5)], 3, 1))


def test_two_fingers_zoom_and_leave_no_stroke(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.user, has_touch=True).new_page()
    view = open_editor(page, world.assignments[2].pk)
    pen = Pen(page)
    a, b = view.at((140, 90)), view.at((180, 90))
    pen.touch("touchStart", a)
    pen.touch("touchStart", a, b)
    half = (b[0] - a[0]) / 2
    pen.touch("touchMove", (a[0] - half, a[1]), (b[0] + half, b[1]))
    pen.touch("touchEnd")
    expect(page.locator("#status-zoom")).to_have_text(f"{2 * view.scale:g}:1")
    expect(page.locator("#status-save")).to_have_text("Saved")
    assert WorkingCopy.objects.get(assignment=world.assignments[2]).version == 0


def test_synthetic_events_without_coalesced_ones_draw(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 3)
    page.evaluate(
        """(points) => {
            const stage = document.querySelector("#stage");
            const pen = {pointerId: 7, pointerType: "pen", pressure: 1};
            const send = (type, [clientX, clientY], buttons) =>
                stage.dispatchEvent(new PointerEvent(type, {...pen, clientX, clientY, buttons}));
            send("pointerdown", points[0], 1);
            points.slice(1).forEach((point) => send("pointermove", point, 1));
            send("pointerup", points.at(-1), 0);
        }""",
        [list(view.at(point)) for point in LINE],
    )
    np.testing.assert_array_equal(drawn(page, world, 2), stroke(blank(), LINE, 3, 1))
