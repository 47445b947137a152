"""The cut around a frame: film strip, onion skin, labels copied, comments, versions, effort."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from annotation.models import Assignment, Comment, Effort, KeptCopy
from annotation.services.comments import comment_create
from annotation.services.effort import ToolEffort, effort_record
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core import blobs
from core.models import User
from datasets.models import Frame
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.browser.conftest import make_annotator
from tests.browser.drawing import (
    LINE,
    blank,
    drag,
    drawn,
    open_editor,
    pixels,
    ready,
    saved,
    set_size,
    stored,
    stroke,
)
from tests.browser.worlds import HEIGHT, WIDTH, World, picture, png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def box(shift: int) -> np.ndarray:
    """The true mask of the red box in `picture`."""
    label = blank()
    label[40:120, 60 + shift : 140 + shift] = 1
    return label


def hand_in(world: World, index: int, label: np.ndarray, user: User | None = None) -> None:
    """Draw and submit a frame of the world behind the browser's back."""
    row = Assignment.objects.get(pk=world.assignments[index].pk)
    user = user or world.user
    png_bytes = encode_label(label, get_kind(world.kind))
    working_copy_save(assignment=row, user=user, expected_version=0, label_png=png_bytes)
    annotation_submit(assignment=Assignment.objects.get(pk=row.pk), user=user, expected_version=1)


def repaint(frame: Frame, rgb: np.ndarray) -> None:
    frame.blob = frame.proxy = blobs.put_bytes(png(rgb))
    frame.save()


def plated(shift: int) -> np.ndarray:
    """The world's picture over a plate with something to see, so that flow and pans have a hold."""
    rgb = picture(shift)
    wave = (20 * np.sin(np.arange(WIDTH) / 5)[None, :] + 20 * np.cos(np.arange(HEIGHT) / 7)[:, None])[
        ..., None
    ]
    plate = (rgb == 90).all(-1)
    rgb[plate] = np.clip(90 + np.broadcast_to(wave, rgb.shape)[plate], 0, 255).astype(np.uint8)
    return rgb


def look(page: Page, layer: str, x: float, y: float, count: int) -> list[list[int]]:
    """Read a row of a feature's canvas at page coordinates."""
    return page.evaluate(
        """([layer, x, y, count]) => {
            const canvas = document.querySelector(`canvas.${layer}`);
            const box = canvas.getBoundingClientRect();
            const data = canvas.getContext("2d").getImageData(x - box.left, y - box.top, count, 1).data;
            return Array.from({length: count}, (_, i) => [...data.slice(4 * i, 4 * i + 4)]);
        }""",
        [layer, x, y, count],
    )


# --- film strip ---


def test_the_strip_shows_the_cut_and_arrow_keys_flip_through_it(
    page: Page, world: World, shots: Path
) -> None:
    hand_in(world, 2, box(8), make_annotator("ken", world))
    view = open_editor(page, world.assignments[0].pk)
    items = page.locator(".film-item")
    expect(items).to_have_count(3)
    expect(items.nth(0)).to_have_attribute("aria-current", "true")
    expect(items.nth(2)).to_have_attribute("data-state", "submitted")
    expect(page.locator("#film-where")).to_have_text("Drawing 1 of 3")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#film-where")).to_have_text("Drawing 2 of 3, only to look at")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#film-where")).to_have_text("Drawing 3 of 3, only to look at")
    # Frame 3's box begins at column 68: the look lies in the same place under the same view, its label over it.
    x, y = view.at((64, 80))
    row = [look(page, "film-look", x + dx, y, 1)[0] for dx in (0, 20)]
    assert row[0][:3] == [90, 90, 90]
    assert row[1][0] > 150
    page.screenshot(path=shots / "film_flipped.png")
    page.keyboard.press("Escape")
    expect(page.locator("#film-where")).to_have_text("Drawing 1 of 3")
    expect(page.locator("canvas.film-look")).to_be_hidden()
    page.keyboard.press("End")
    expect(page.locator("#film-where")).to_contain_text("Drawing 3")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#film-where")).to_have_text("Drawing 1 of 3")
    page.screenshot(path=shots / "film.png")


def test_pressing_while_looking_at_another_drawing_draws_nothing(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#film-preview")).to_be_visible()
    drag(page, view, LINE)
    expect(page.locator("#film-preview")).to_be_hidden()
    assert page.evaluate("document.querySelector('[data-action=\"edit.undo\"]').disabled")
    set_size(page, 11)
    drag(page, view, LINE)
    assert np.array_equal(drawn(page, world, 2), stroke(blank(), LINE, 11, 1))


def test_enter_goes_to_the_drawing_and_saves_ones_own_first(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 11)
    drag(page, view, LINE)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#film-preview")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"http://{page.url.split('/')[2]}/annotate/{world.assignments[1].pk}/")
    ready(page)
    expect(page.locator("#film-where")).to_have_text("Drawing 2 of 3")
    assert np.array_equal(stored(world.assignments[2].pk), stroke(blank(), LINE, 11, 1))
    page.locator(".film-item").nth(0).dblclick()
    expect(page.locator("#film-where")).to_have_text("Drawing 1 of 3")
    ready(page)


def test_what_cannot_be_opened_says_why(page: Page, world: World) -> None:
    hand_in(world, 1, box(4), make_annotator("ken", world))
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#film-preview")).to_be_visible()
    expect(page.locator("[data-action='film.open']")).to_be_disabled()
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_have_text("This drawing waits for review.")


def test_a_cut_of_two_thousand_drawings_scrolls_with_few_thumbnails(
    page: Page, world: World, shots: Path
) -> None:
    first = world.frames[0]
    Frame.objects.bulk_create(
        Frame(
            production=world.production,
            source=first.source,
            cut=first.cut,
            locator=f"more {number}",
            key=f"more/{number:06d}",
            index=100 + number,
            width=WIDTH,
            height=HEIGHT,
            blob=first.blob,
            proxy=first.proxy,
        )
        for number in range(2000)
    )
    open_editor(page, world.assignments[0].pk)
    expect(page.locator("#film-where")).to_have_text("Drawing 1 of 2003")
    page.keyboard.press("End")
    expect(page.locator("#film-where")).to_contain_text("Drawing 2003 of 2003")
    page.locator("#film-track").evaluate("(track) => { track.scrollLeft = 1000 * 92; }")
    expect(page.locator(".film-item[data-frame] .film-number", has_text="1005").first).to_be_visible()
    assert page.locator(".film-item").count() < 40
    page.screenshot(path=shots / "film_long.png")


def test_the_strip_folds_and_stays_folded(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("t")
    expect(page.locator("#film-track")).to_be_hidden()
    open_editor(page, world.assignments[0].pk)
    expect(page.locator("#film-track")).to_be_hidden()
    expect(page.locator("[data-action='film.toggle']")).to_have_attribute("aria-expanded", "false")


# --- onion skin ---


def test_onion_skins_lie_over_the_frame_moved_by_the_pan(page: Page, world: World, shots: Path) -> None:
    hand_in(world, 0, box(0))
    hand_in(world, 2, box(8))
    Frame.objects.filter(pk=world.frames[1].pk).update(pan_x=4, pan_y=0)
    view = open_editor(page, world.assignments[1].pk)
    page.keyboard.press("o")
    page.keyboard.press("Shift+O")
    expect(page.locator("canvas.onion-skins")).to_be_visible()
    expect(page.locator("[data-action='onion.before']")).to_have_attribute("aria-pressed", "true")
    x, y = view.at((50, 80.5))
    width = round(40 * view.scale)
    line = look(page, "onion-skins", x, y, width)
    seen = np.array(line).reshape(-1, 4)
    columns = [round(50 + index / view.scale, 1) for index in np.flatnonzero(seen[:, 3])]
    warm = [c for c, pixel in zip(columns, seen[seen[:, 3] > 0], strict=True) if pixel[0] > pixel[2]]
    cool = [c for c, pixel in zip(columns, seen[seen[:, 3] > 0], strict=True) if pixel[0] < pixel[2]]
    assert 63 <= min(warm) <= max(warm) < 64.5
    assert 67 <= min(cool) <= max(cool) < 68.5
    page.screenshot(path=shots / "onion_labels.png")
    page.keyboard.press("Alt+o")
    page.screenshot(path=shots / "onion_pictures.png")


def test_a_neighbour_without_a_label_says_so(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("Shift+O")
    expect(page.locator("#onion-missing")).to_be_visible()
    expect(page.locator("canvas.onion-skins")).to_be_hidden()


# --- copied labels ---


@pytest.fixture
def stepped(world: World) -> World:
    """The box steps 4 px to the right from drawing to drawing; the first is handed in as it should be."""
    for index, frame in enumerate(world.frames):
        repaint(frame, plated(4 * index))
    hand_in(world, 0, box(0))
    return world


def test_labels_are_copied_locked_and_undone_in_one_step(page: Page, stepped: World, shots: Path) -> None:
    view = open_editor(page, stepped.assignments[1].pk)
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("#notice")).to_contain_text("Copied from clip/000000")
    expect(page.locator("[data-action='carry.unlock']")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("canvas.carry-locks")).to_be_visible()
    page.screenshot(path=shots / "carried.png")
    copied = drawn(page, stepped, 1)
    assert np.count_nonzero(copied != box(4)) < 60
    page.keyboard.press("f")
    set_size(page, 11)
    drag(page, view, [(20.5, 20.5), (40.5, 20.5)])
    assert np.array_equal(drawn(page, stepped, 1), copied)
    page.keyboard.press("Shift+U")
    drag(page, view, [(20.5, 20.5), (40.5, 20.5)])
    assert np.array_equal(drawn(page, stepped, 1), stroke(copied, [(20.5, 20.5), (40.5, 20.5)], 11, 1))
    for _ in range(2):
        page.keyboard.press("Control+z")
    assert np.array_equal(drawn(page, stepped, 1), stepped.drafts[1])
    expect(page.locator("[data-action='carry.unlock']")).to_be_disabled()


def test_locks_outlive_a_reload(page: Page, stepped: World) -> None:
    view = open_editor(page, stepped.assignments[1].pk)
    page.keyboard.press("Shift+ArrowLeft")
    expect(page.locator("[data-action='carry.unlock']")).to_be_enabled()
    copied = drawn(page, stepped, 1)
    page.reload()
    ready(page)
    expect(page.locator("canvas.carry-locks")).to_be_visible()
    drag(page, view, [(20.5, 20.5), (40.5, 20.5)])
    assert np.array_equal(drawn(page, stepped, 1), copied)


def test_a_drawing_that_returns_is_offered_and_taken_as_it_is(page: Page, stepped: World) -> None:
    repaint(stepped.frames[2], plated(0))
    open_editor(page, stepped.assignments[2].pk)
    expect(page.locator("#carry-state")).to_have_text("The same as clip/000000, which has a label to copy.")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#notice")).to_contain_text("This is the same drawing as clip/000000")
    assert np.array_equal(drawn(page, stepped, 2), box(0))


def test_labels_are_copied_from_the_drawing_that_is_looked_at(page: Page, stepped: World) -> None:
    open_editor(page, stepped.assignments[2].pk)
    page.keyboard.press("Home")
    expect(page.locator("#film-preview")).to_be_visible()
    page.get_by_role("button", name="Copy its labels").click()
    expect(page.locator("#notice")).to_contain_text("Copied from clip/000000")
    expect(page.locator("#film-preview")).to_be_hidden()
    assert np.count_nonzero(drawn(page, stepped, 2) != box(8)) < 120


def test_nothing_to_copy_is_said(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator("#notice")).to_have_text("No drawing after this one has a label to copy.")


# --- comments ---


def test_a_comment_is_pinned_found_and_resolved(page: Page, world: World, shots: Path) -> None:
    view = open_editor(page, world.assignments[0].pk)
    page.keyboard.press("c")
    page.mouse.click(*view.at((100.5, 60.5)))
    expect(page.locator("#panel-notes")).to_be_visible()
    expect(page.locator("#comments-form")).to_contain_text("At 100, 60")
    page.keyboard.type("The box leaks here")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#comments-list li")).to_have_count(1)
    expect(page.locator("[data-count=comments]")).to_have_text("1")
    comment = Comment.objects.get()
    assert (comment.x, comment.y, comment.text, comment.author) == (100, 60, "The box leaks here", world.user)
    assert pixels(page, "labels", *view.at((20, 20)), 1)[0][3] == 0  # nothing was drawn
    page.screenshot(path=shots / "comments.png")
    page.locator("#comments-list .comment-go").click()
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator("#comments-list")).to_contain_text("Resolved by mio")
    expect(page.locator("[data-count=comments]")).to_be_hidden()
    page.reload()
    ready(page)
    expect(page.locator("#comments-list li")).to_have_count(1)


def test_comments_need_no_pointer(page: Page, world: World) -> None:
    open_editor(page, world.assignments[0].pk)
    page.keyboard.press("Alt+c")
    page.keyboard.type("In the middle")
    page.keyboard.press("Escape")
    expect(page.locator("#comments-form")).to_be_hidden()
    page.keyboard.press("Alt+c")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#comments-list")).to_contain_text("In the middle")
    comment = Comment.objects.get()
    assert (abs(comment.x - WIDTH // 2) <= 1, abs(comment.y - HEIGHT // 2) <= 1) == (True, True)


# --- versions ---


def test_an_earlier_state_is_compared_and_restored(page: Page, world: World, shots: Path) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 11)
    drag(page, view, LINE)
    page.keyboard.press("Control+Shift+S")
    expect(page.locator("#notice")).to_have_text("Kept among the versions.")
    before = stored(world.assignments[2].pk)
    drag(page, view, [(200.5, 20.5), (260.5, 140.5)])
    later = drawn(page, world, 2)
    page.keyboard.press("Alt+h")
    expect(page.locator("#versions-list li")).to_have_count(1)
    page.get_by_role("button", name="Compare with Earlier state").click()
    expect(page.locator("#dialog-version")).to_contain_text("They differ in")
    page.screenshot(path=shots / "versions.png")
    page.locator("#dialog-version [data-restore]").click()
    expect(page.locator("#notice")).to_contain_text("undo brings yours back")
    assert np.array_equal(drawn(page, world, 2), before)
    expect(page.locator("#versions-list li")).to_have_count(2)
    assert KeptCopy.objects.filter(reason="earlier").count() == 2
    page.keyboard.press("Control+z")
    assert np.array_equal(drawn(page, world, 2), later)


# --- effort ---


def test_strokes_and_clicks_reach_the_server_by_tool(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    set_size(page, 11)
    for shift in range(3):
        drag(page, view, [(20.5, 20.5 + 30 * shift), (90.5, 24.5 + 30 * shift)])
    page.keyboard.press("g")
    page.mouse.click(*view.at((100.5, 60.5)))
    saved(page)
    with page.expect_response(lambda answer: answer.url.endswith(f"/{world.assignments[2].pk}/effort/")):
        page.keyboard.press("Control+Enter")
    expect(page).to_have_url(f"http://{page.url.split('/')[2]}/annotate/{world.assignments[0].pk}/")
    ready(page)
    effort = {
        row.tool: (row.strokes, row.clicks) for row in Effort.objects.filter(assignment=world.assignments[2])
    }
    assert effort["brush"] == (3, 0)
    assert effort["bucket"] == (0, 1)
    assert Effort.objects.get(tool="", assignment=world.assignments[2]).seconds > 0


def test_effort_made_offline_is_sent_later(page: Page, world: World) -> None:
    view = open_editor(page, world.assignments[2].pk)
    page.context.set_offline(True)
    drag(page, view, LINE)
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert not Effort.objects.exists()
    with page.expect_response(lambda answer: answer.url.endswith("/effort/")):
        page.context.set_offline(False)
    assert Effort.objects.get(tool="brush").strokes == 1


# --- review ---


def test_a_reviewer_sees_pins_and_effort_and_pins_too(page: Page, world: World, shots: Path) -> None:
    ken = make_annotator("ken", world)
    hand_in(world, 2, box(8), ken)
    row = Assignment.objects.get(pk=world.assignments[2].pk)
    comment_create(assignment=row, user=ken, x=70, y=50, text="Is this the sleeve?")
    effort_record(
        assignment=row,
        user=ken,
        session="visit-0001",
        tools={"brush": ToolEffort(12, 3, 95.0)},
        active_seconds=110.0,
    )
    page.goto(f"/review/{row.revisions.get().pk}/")
    expect(page.locator("#wait")).to_be_hidden()
    expect(page.locator(".review-comments li")).to_have_count(1)
    expect(page.locator(".review-comments")).to_contain_text("Is this the sleeve?")
    expect(page.locator("#effort")).to_contain_text("brush")
    expect(page.locator("#effort tfoot")).to_contain_text("12")
    page.keyboard.press("c")
    stage = page.locator("#stage").bounding_box()
    assert stage is not None
    page.mouse.click(stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2)
    page.keyboard.type("And here?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".review-comments li")).to_have_count(2)
    page.screenshot(path=shots / "review.png")
    said = Comment.objects.latest("id")
    assert (abs(said.x - WIDTH // 2) <= 1, abs(said.y - HEIGHT // 2) <= 1) == (True, True)
    page.get_by_role("button", name="Resolve").first.click()
    expect(page.locator(".review-comments li").first).to_contain_text("resolved by mio")
    assert Comment.objects.filter(resolved_at=None).count() == 1
