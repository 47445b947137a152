"""The editor in a real Chromium: what the pen draws is what is stored, to the pixel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from annotation.models import Assignment, AssignmentState, WorkingCopy
from annotation.services.assignments import assignment_claim
from annotation.services.reviews import review_return
from annotation.services.revisions import annotation_submit
from core.models import Role
from tests.browser import drawing
from tests.browser.conftest import make_annotator
from tests.browser.drawing import drag, fitted, open_editor, ready, saved, set_size, stored, stroke
from tests.browser.worlds import HEIGHT, WIDTH, World

pytestmark = pytest.mark.browser

SignIn = Callable[..., BrowserContext]
LINE = [(20.5, 20.5), (100.5, 33.5), (96.5, 140.5)]


def blank() -> drawing.Array:
    return np.zeros((HEIGHT, WIDTH), np.uint8)


def drawn(page: Page, world: World, index: int = 0) -> drawing.Array:
    """Save, read the working copy."""
    page.keyboard.press("Control+s")
    saved(page)
    return stored(world.assignments[index].pk)


def test_a_mouse_stroke_is_saved_and_submitted_to_the_pixel(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 5)
    drag(page, view, LINE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[1].key)
    expected = stroke(world.drafts[0], LINE, 5, 1)
    np.testing.assert_array_equal(drawing.submitted(world.assignments[0].pk), expected)
    assert Assignment.objects.get(pk=world.assignments[0].pk).state == AssignmentState.SUBMITTED
    assert page.url.endswith(f"/annotate/{world.assignments[1].pk}/")


def test_strokes_are_saved_by_themselves(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    drag(page, view, LINE)
    expect(page.locator("#status-save")).to_have_text("Not yet saved")
    saved(page)
    np.testing.assert_array_equal(stored(world.assignments[2].pk), stroke(blank(), LINE, 5, 1))


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


def test_the_bucket_s_tolerance_ends_on_the_ramp(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    page.keyboard.press("g")
    for _ in range(3):
        page.keyboard.press("[")
    expect(page.locator("output[data-of=tolerance]")).to_have_text("12")
    page.mouse.click(*view.at((230.5, 80.5)))
    expected = blank()
    expected[40:120, 218:243] = 1
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
    expect(page.locator("#status-zoom")).to_have_text("3:1")


def pixels(page: Page, layer: str, x: float, y: float, count: int) -> list[list[int]]:
    """Read a row of a layer's canvas at page coordinates, once all that is due has been drawn."""
    return page.evaluate(
        """async ([layer, x, y, count]) => {
            const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            await frame().then(frame);
            const canvas = document.querySelector(`canvas[data-layer=${layer}]`);
            const box = canvas.getBoundingClientRect();
            const data = canvas.getContext("2d").getImageData(x - box.left, y - box.top, count, 1).data;
            return Array.from({length: count}, (_, i) => [...data.slice(4 * i, 4 * i + 4)]);
        }""",
        [layer, x, y, count],
    )


def test_on_a_dense_screen_a_click_sets_the_pixel_under_it(world: World, sign_in: SignIn) -> None:
    page = sign_in(world.user, device_scale_factor=2).new_page()
    open_editor(page, world.assignments[2].pk)
    expect(page.locator("#status-zoom")).to_have_text("6:1")
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
    pen.touch("touchMove", (a[0] - 60, a[1]), (b[0] + 60, b[1]))
    pen.touch("touchEnd")
    expect(page.locator("#status-zoom")).to_have_text("6:1")
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


def test_what_was_drawn_is_there_after_a_reload_that_no_save_preceded(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 5)
    block_saves(page)
    drag(page, view, LINE)
    page.keyboard.press("Control+s")
    expect(page.locator("#status-save")).to_contain_text("Offline")
    page.reload()
    ready(page)
    expect(page.locator("#notice")).to_have_text("Unsaved strokes were restored from this browser.")
    allow_saves(page)
    expected = stroke(world.drafts[0], LINE, 5, 1)
    np.testing.assert_array_equal(drawn(page, world), expected)


def test_a_killed_tab_and_another_way_in_lose_nothing(world: World, sign_in: SignIn) -> None:
    context = sign_in(world.user)
    page = context.new_page()
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    context.set_offline(True)
    drag(page, view, LINE)
    drag(page, view, [(250.5, 100.5), (260.5, 100.5)])
    page.keyboard.press("Control+s")
    expect(page.locator("#status-save")).to_contain_text("Offline")
    page.close(run_before_unload=False)
    context.set_offline(False)
    again = context.new_page()
    expected = stroke(stroke(blank(), LINE, 5, 1), [(250.5, 100.5), (260.5, 100.5)], 5, 1)
    open_editor(again, world.assignments[2].pk)
    expect(again.locator("#notice")).to_be_visible()  # it goes away by itself: nothing slow before this
    np.testing.assert_array_equal(drawn(again, world, 2), expected)


def test_signed_out_in_another_tab_nothing_is_lost(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    drag(page, view, LINE)
    page.keyboard.press("Control+s")
    expect(page.locator("#status-save")).to_contain_text("Signed out")
    page.context.add_cookies(cookies)  # type: ignore[arg-type]
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    saved(page)
    np.testing.assert_array_equal(stored(world.assignments[2].pk), stroke(blank(), LINE, 5, 1))


def test_a_returned_frame_says_what_to_mend(page: Page, world: World) -> None:
    assignment = world.assignments[0]
    assignment_claim(assignment=assignment, user=world.user)
    revision = annotation_submit(assignment=assignment, user=world.user, expected_version=0)
    reviewer = make_annotator("aki", world, Role.REVIEWER)
    review_return(revision=revision, user=reviewer, comment="The scarf is missing.")
    open_editor(page, assignment.pk)
    expect(page.locator(".ed-returned")).to_contain_text("aki: The scarf is missing.")


def block_saves(page: Page) -> None:
    page.route("**/working-copy/", lambda route: route.abort("connectionrefused"))


def allow_saves(page: Page) -> None:
    page.unroute("**/working-copy/")


@pytest.mark.parametrize("taken", ["mine", "theirs"])
def test_two_tabs_cannot_overwrite_each_other(world: World, sign_in: SignIn, taken: str, shots: Path) -> None:
    context = sign_in(world.user)
    first, second = context.new_page(), context.new_page()
    view = open_editor(first, world.assignments[2].pk)
    open_editor(second, world.assignments[2].pk)
    for page in (first, second):
        set_size(page, 9)
    drag(first, view, LINE)
    first.keyboard.press("Control+s")
    saved(first)
    other = [(200.5, 50.5), (280.5, 150.5)]
    drag(second, view, other)
    second.keyboard.press("Control+s")
    expect(second.locator("#dialog-conflict")).to_be_visible()
    expect(second.locator("#dialog-conflict")).to_contain_text("mio saved version 1 meanwhile.")
    second.screenshot(path=shots / f"conflict-{taken}.png")
    second.locator(f"#dialog-conflict button[value={taken}]").click()
    expected = stroke(blank(), other if taken == "mine" else LINE, 9, 1)
    np.testing.assert_array_equal(drawn(second, world, 2), expected)
    second.get_by_text("Put aside…").click()
    expect(second.locator("#dialog-backups li")).to_have_count(1)
    second.get_by_text("Take this one").click()
    put_aside = stroke(blank(), LINE if taken == "mine" else other, 9, 1)
    np.testing.assert_array_equal(drawn(second, world, 2), put_aside)


def test_the_next_frame_is_loaded_ahead(page: Page, world: World) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_response(f"**/media/frames/{world.frames[1].pk}/image"):
        open_editor(page, world.assignments[0].pk)
    asked.clear()
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[1].key)
    ready(page)
    assert not [url for url in asked if url.endswith(f"/media/frames/{world.frames[1].pk}/image")]


def test_skip_wants_a_reason_and_goes_on(page: Page, world: World, shots: Path) -> None:
    open_editor(page, world.assignments[0].pk)
    page.get_by_role("button", name="Skip…").click()
    page.screenshot(path=shots / "skip.png")
    page.get_by_label("No figure").check()
    page.get_by_role("button", name="Skip", exact=True).click()
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[1].key)
    row = Assignment.objects.get(pk=world.assignments[0].pk)
    assert (row.state, row.skip_reason) == (AssignmentState.SKIPPED, "no_figure")


def test_save_for_later_gives_the_frame_back_with_what_was_drawn(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    drag(page, view, LINE)
    page.get_by_role("button", name="Save for later").click()
    page.wait_for_url("**/queue/")
    assert Assignment.objects.get(pk=world.assignments[2].pk).holder is None
    np.testing.assert_array_equal(stored(world.assignments[2].pk), stroke(blank(), LINE, 5, 1))


def test_an_empty_plate_can_be_submitted(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-text=key]")).to_have_text(world.frames[0].key)
    assert not drawing.submitted(world.assignments[2].pk).any()


def test_views_of_draft_difference_and_entropy(page: Page, world: World, shots: Path) -> None:
    view = open_editor(page, world.assignments[0].pk)
    set_size(page, 9)
    drag(page, view, LINE)
    page.keyboard.press("e")
    drag(page, view, [(100.5, 80.5), (130.5, 80.5)])
    page.keyboard.press("d")
    at = view.at((110.5, 80.5))
    taken, added = pixels(page, "labels", *at, 1)[0], pixels(page, "labels", *view.at((30.5, 22.5)), 1)[0]
    np.testing.assert_allclose([taken[:3], added[:3]], [[70, 110, 255], [255, 140, 26]], atol=2)
    page.screenshot(path=shots / "difference.png")
    page.keyboard.press("Shift+D")
    assert pixels(page, "labels", *at, 1)[0][3] > 0, "the draft has it still"
    page.keyboard.press("u")
    page.keyboard.press("h")
    expect(page.locator("canvas[data-layer=labels]")).to_be_hidden()
    expect(page.get_by_role("button", name="Entropy")).to_have_attribute("aria-pressed", "true")
    page.screenshot(path=shots / "entropy.png")


def test_keys_act_by_place_under_a_japanese_ime(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.evaluate(
        """() => document.querySelector("#stage").dispatchEvent(
            new KeyboardEvent("keydown", {code: "KeyE", key: "Process", bubbles: true}))"""
    )
    expect(page.get_by_role("button", name="Eraser")).to_have_attribute("aria-pressed", "true")


def test_the_shortcut_sheet(page: Page, world: World, shots: Path) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Shortcuts")).to_be_visible()
    page.screenshot(path=shots / "help.png")
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Shortcuts")).to_be_hidden()


def test_when_somebody_else_took_the_frame_nothing_is_lost(page: Page, world: World, shots: Path) -> None:
    other = make_annotator("aki", world)
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 5)
    Assignment.objects.filter(pk=world.assignments[2].pk).update(holder=other, person=other)
    drag(page, view, LINE)
    page.keyboard.press("Control+s")
    expect(page.locator("#dialog-refused")).to_contain_text("aki holds")
    page.screenshot(path=shots / "refused.png")
    page.get_by_role("button", name="Look at it").click()
    kept = world.assignments[2].kept_copies.get()
    np.testing.assert_array_equal(
        drawing.label_get(kept.label, drawing.get_kind("cel")), stroke(blank(), LINE, 5, 1)
    )


def test_a_resized_window_keeps_the_frame_fitted(page: Page, world: World) -> None:
    open_editor(page, world.assignments[2].pk)
    page.set_viewport_size({"width": 1000, "height": 560})
    expect(page.locator("#status-zoom")).to_have_text("2:1")
    set_size(page, 1)
    page.mouse.click(*fitted(page).at((7.5, 9.5)))
    expected = blank()
    expected[9, 7] = 1
    np.testing.assert_array_equal(drawn(page, world, 2), expected)
