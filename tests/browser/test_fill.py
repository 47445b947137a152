"""Filling by regions in a real Chromium: what lights up is what is filled, and it is what Python says, to the pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Page, expect
from scipy import ndimage

from annotation.models import Assignment
from annotation.services.assignments import Wanted, assignment_create_many
from tests.browser.drawing import View, blank, drag, drawn, open_editor, pixels, set_size, stroke
from tests.browser.worlds import HEIGHT, WIDTH, World, add_draft, add_frame

pytestmark = pytest.mark.browser

Array = NDArray[np.uint8]
Mask = NDArray[np.bool_]
PLATE, INK = (150, 150, 150), (20, 20, 30)
STRIPES = {(200, 40, 30): slice(200, 233), (40, 160, 60): slice(233, 266), (40, 60, 200): slice(266, 299)}
GREYS = {100: slice(200, 250), 118: slice(250, 299)}
LIT = (255, 216, 102)
INSIDE = (100.5, 60.5)


def outlines() -> Mask:
    """A box outlined by 3 px, open to the right over 4 px."""
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[40:120, 60:160] = True
    mask[43:117, 63:157] = False
    mask[78:82, 157:160] = False
    return mask


def picture() -> Array:
    """The outlined box, of the plate's colour inside, three touching flat stripes, two greys that are nearly one."""
    rgb = np.full((HEIGHT, WIDTH, 3), PLATE, np.uint8)
    rgb[outlines()] = INK
    for color, columns in STRIPES.items():
        rgb[40:100, columns] = color
    for grey, columns in GREYS.items():
        rgb[120:160, columns] = grey
    return rgb


def stripe(label: Array, *numbers: int, value: int = 1) -> Array:
    """Set whole stripes, by number from the left."""
    out = label.copy()
    for number in numbers:
        out[40:100, list(STRIPES.values())[number]] = value
    return out


def region_of(lines: Mask, gap: int, seed: tuple[int, int]) -> tuple[Mask, Mask]:
    """The seed's region where passages of up to ``gap`` px are closed, and the pixels that are as near to another."""
    depth = ndimage.distance_transform_edt(~lines)
    parts, count = ndimage.label(~lines if gap == 0 else depth > (gap + 1) / 2)
    steps = np.stack([_steps(parts == part, ~lines) for part in range(1, count + 1)])
    mine = steps[parts[seed] - 1]
    others = np.delete(steps, parts[seed] - 1, 0).min(0, initial=np.inf)
    return mine < others, (mine == others) & np.isfinite(mine)


def _steps(start: Mask, free: Mask) -> NDArray[np.float64]:
    """Steps along rows and columns from a part to every free pixel."""
    out = np.where(start, 0.0, np.inf)
    reached, count = start, 0
    while True:
        wider = ndimage.binary_dilation(reached, mask=free) | reached
        if (wider == reached).all():
            return out
        count += 1
        out[wider & ~reached] = count
        reached = wider


def under_lines(region: Mask, lines: Mask, grow: int) -> Mask:
    """The region with the line pixels that lie within ``grow`` steps of it."""
    return region | (ndimage.binary_dilation(region, np.ones((3, 3)), grow, mask=region | lines) & lines)


@pytest.fixture
def plain(world: World) -> Assignment:
    """Return an assignment on the picture, without a draft."""
    return _queue(world)


@pytest.fixture
def drafted(world: World) -> Assignment:
    """Return an assignment on the picture, whose draft has most of the first stripe and little of the second."""
    return _queue(world, draft=True)


def _queue(world: World, *, draft: bool = False) -> Assignment:
    add_frame(world, "clip/rooms", picture())
    if draft:
        label = blank()
        label[40:85, 200:240] = 1
        add_draft(world, world.frames[-1], label)
    wanted = [Wanted(world.frames[-1].pk, 1, "")]
    world.assignments += assignment_create_many(pool=world.pool, kind="cel", frames=wanted, user=world.user)
    return world.assignments[-1]


def begin(page: Page, assignment: Assignment, key: str, by: str | None = None) -> View:
    """Open the frame, take the tool, wait for its regions."""
    view = open_editor(page, assignment.pk)
    page.keyboard.press(key)
    if by:
        page.locator(f"input[name=fillBy][value={by}]").check()
    expect(page.locator("body")).to_have_attribute("data-regions", "ready")
    return view


def lit(page: Page, view: View, at: tuple[float, float]) -> bool:
    """Whether a pixel of the frame is lit."""
    shown = pixels(page, "hud", *view.at(at), 1)[0]
    return (
        shown[3] > 0 and np.abs(np.subtract(shown[:3], LIT)).max() <= 2
    )  # the canvas keeps colours times opacity


def result(page: Page, world: World) -> Array:
    """The saved label map of the frame that was queued last."""
    return drawn(page, world, -1)


def test_the_region_under_the_pointer_lights_up_and_a_click_fills_just_it(
    page: Page, world: World, plain: Assignment, shots: Path
) -> None:
    view = begin(page, plain, "g", "lines")
    page.mouse.move(*view.at(INSIDE))
    assert lit(page, view, (70.5, 100.5)), "all of the box"
    assert lit(page, view, (61.5, 80.5)), "and its outline, which is filled with it"
    assert not lit(page, view, (30.5, 80.5))
    page.screenshot(path=shots / "fill_lit.png")
    page.mouse.click(*view.at(INSIDE))
    region, ties = region_of(outlines(), 4, (60, 100))
    expected = under_lines(region, outlines(), 6).astype(np.uint8)
    assert 0 < ties.sum() <= 8
    np.testing.assert_array_equal(result(page, world)[~ties], expected[~ties])


def test_a_gap_wider_than_what_counts_as_closed_leaks(page: Page, world: World, plain: Assignment) -> None:
    view = begin(page, plain, "g", "lines")
    page.locator("#fill-gap").select_option("2")
    page.locator("input[data-setting=fillGrow]").fill("0")
    expect(page.locator("body")).to_have_attribute("data-regions", "ready")
    page.mouse.click(*view.at(INSIDE))
    expected = (picture() == PLATE).all(2).astype(np.uint8)
    np.testing.assert_array_equal(result(page, world), expected)


def test_a_drag_fills_every_region_it_passes_and_alt_takes_them_away(
    page: Page, world: World, plain: Assignment, shots: Path
) -> None:
    view = begin(page, plain, "g")
    drag(page, view, [(210.5, 60.5), (280.5, 70.5)])
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0, 1, 2))
    page.screenshot(path=shots / "fill_drag.png")
    page.keyboard.down("Alt")
    drag(page, view, [(210.5, 60.5), (240.5, 60.5)])
    page.keyboard.up("Alt")
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 2))
    drag(page, view, [(280.5, 60.5)], button="right")
    np.testing.assert_array_equal(result(page, world), blank())
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0, 1, 2))


def test_a_tremble_fills_one_region(page: Page, world: World, plain: Assignment) -> None:
    view = begin(page, plain, "g")
    drag(page, view, [(232.5, 60.5), (233.5, 60.5)])
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0))


def test_a_larger_tolerance_joins_areas(page: Page, world: World, plain: Assignment) -> None:
    view = begin(page, plain, "g")
    page.mouse.move(*view.at((210.5, 130.5)))
    assert lit(page, view, (280.5, 130.5))
    for _ in range(3):
        page.keyboard.press("[")
    expect(page.locator("output[data-of=tolerance]")).to_have_text("8")
    expect(page.locator("body")).to_have_attribute("data-regions", "ready")
    assert not lit(page, view, (280.5, 130.5))
    page.mouse.click(*view.at((210.5, 130.5)))
    expected = blank()
    expected[120:160, GREYS[100]] = 1
    np.testing.assert_array_equal(result(page, world), expected)


def test_enclosing_fills_what_lies_inside_and_nothing_it_cuts(
    page: Page, world: World, plain: Assignment, shots: Path
) -> None:
    view = begin(page, plain, "Shift+E")
    round_two = [(190.5, 30.5), (270.5, 30.5), (270.5, 110.5), (190.5, 110.5)]
    page.mouse.move(*view.at(round_two[0]))
    page.mouse.down()
    for point in round_two[1:]:
        page.mouse.move(*view.at(point), steps=5)
    page.screenshot(path=shots / "fill_enclose.png")
    page.mouse.up()
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0, 1))
    page.locator("#enclose-share").select_option("0.98")
    drag(page, view, [(234.5, 30.5), (310.5, 30.5), (310.5, 110.5), (234.5, 110.5)], button="right")
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0, 1))
    drag(page, view, [(220.5, 30.5), (310.5, 30.5), (310.5, 110.5), (220.5, 110.5)], button="right")
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0))


def test_a_box_takes_what_it_is_drawn_round_and_leaves_out_what_goes_on_outside(
    page: Page, world: World, plain: Assignment, shots: Path
) -> None:
    view = begin(page, plain, "Alt+E")
    corners = [(190.5, 30.5), (260.5, 110.5)]
    in_first, in_second, beside = (216.5, 70.5), (250.5, 70.5), (195.5, 70.5)
    page.mouse.move(*view.at(corners[0]))
    page.mouse.down()
    page.mouse.move(*view.at(corners[1]), steps=5)
    assert lit(page, view, in_first)
    assert not lit(page, view, in_second)
    assert not lit(page, view, beside)
    page.screenshot(path=shots / "fill_box.png")
    page.keyboard.press("Escape")
    page.mouse.up()
    drag(page, view, corners)
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0))
    drag(page, view, [(190.5, 30.5), (310.5, 110.5)])
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0, 1, 2))
    drag(page, view, corners, button="right")
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 2))


def test_region_pick_adds_and_takes_away(page: Page, world: World, plain: Assignment) -> None:
    view = begin(page, plain, "w")
    drag(page, view, [(210.5, 60.5), (280.5, 60.5)])
    page.mouse.click(*view.at((250.5, 60.5)))
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0, 2))
    page.keyboard.down("Shift")
    drag(page, view, [(250.5, 60.5), (280.5, 60.5)])
    page.keyboard.up("Shift")
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0))


def test_the_draft_votes_for_a_region_s_class(
    page: Page, world: World, drafted: Assignment, shots: Path
) -> None:
    view = begin(page, drafted, "w")
    page.keyboard.press("Shift+W")
    expect(page.locator("input[data-setting=regionVote]")).to_be_checked()
    drag(page, view, [(210.5, 60.5), (240.5, 60.5)])
    page.mouse.move(*view.at((211.5, 62.5)))
    page.screenshot(path=shots / "fill_vote.png")
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0))
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Fill all by the draft").click()
    np.testing.assert_array_equal(result(page, world), stripe(blank(), 0))
    page.keyboard.press("Control+z")
    np.testing.assert_array_equal(result(page, world), world.drafts[-1])


def test_a_click_right_after_a_stroke_sees_the_stroke(page: Page, world: World, plain: Assignment) -> None:
    view = open_editor(page, plain.pk)
    page.locator("body").press("g")
    page.locator("input[name=fillBy][value=labels]").check()
    page.locator("#fill-gap").select_option("4")
    page.keyboard.press("b")
    set_size(page, 3)
    ring = [(20.5, 20.5), (60.5, 20.5), (60.5, 60.5), (20.5, 60.5), (20.5, 27.5)]
    drag(page, view, ring)
    page.keyboard.press("g")
    page.mouse.click(*view.at((40.5, 40.5)))
    drawn_ring = stroke(blank(), ring, 3, 1)
    region, ties = region_of(drawn_ring.astype(bool), 4, (40, 40))
    expected = (drawn_ring | region).astype(np.uint8)
    assert expected.sum() < 2500, "the opening of 4 px is closed"
    np.testing.assert_array_equal(result(page, world)[~ties], expected[~ties])
