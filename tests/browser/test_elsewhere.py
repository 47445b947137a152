"""A frame drawn in another program, by hand: links in the editor, the page, what came back, and the editor again."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from annotation.labels import label_get
from annotation.models import WorkingCopy
from annotation.services.assignments import Wanted, assignment_create_many
from modeling.images import read_rgb
from modeling.labelio import import_label
from modeling.labels import IGNORE, get_kind
from tests.browser.test_pages import NAMELESS, WIDER
from tests.browser.worlds import World, add_frame, png
from tests.modeling.renderings import antialiased, smooth, truth_of

DOUGA = get_kind("douga")


@pytest.fixture
def assignment(world: World, sample: Path) -> int:
    """A real painted frame, queued for its douga."""
    frame = add_frame(
        world, "run/000001", read_rgb(sample / "real_douga" / "color" / "dwanko_01_over_sky.png")
    )
    wanted = [Wanted(frame.pk, 99, "drawn elsewhere")]
    return assignment_create_many(pool=world.pool, kind="douga", frames=wanted, user=world.user)[0].pk


@pytest.fixture
def painting(sample: Path) -> tuple[np.ndarray, np.ndarray]:
    """(its douga painted softly, (H, W, 3); what it means, (H, W) stored values)."""
    large = smooth(import_label(sample / "real_douga" / "class" / "dwanko_01.png", DOUGA))
    return antialiased(large, DOUGA)[..., :3], truth_of(large, DOUGA)


def bring(page: Page, name: str, data: bytes) -> None:
    page.set_input_files("#painting", {"name": name, "mimeType": "image/png", "buffer": data})
    page.get_by_role("button", name="Read and show it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


@pytest.mark.sample
def test_a_painting_goes_out_and_comes_back(
    page: Page, assignment: int, painting: tuple[np.ndarray, np.ndarray], shots: Path
) -> None:
    page.goto(f"/annotate/{assignment}/")
    page.get_by_role("tab", name="Frame").click()
    template = page.locator("[data-elsewhere='template.psd']")
    expect(template).to_be_visible()
    expect(page.locator("[data-elsewhere='draft.png']")).to_be_hidden()
    page.screenshot(path=shots / "elsewhere-editor.png")
    with page.expect_download() as downloading:
        template.click()
    assert downloading.value.suggested_filename == "run_000001.psd"
    page.get_by_role("link", name="Upload a painting…").click()
    page.screenshot(path=shots / "elsewhere-page.png", full_page=True)
    for width in (1280, 900):
        page.set_viewport_size({"width": width, "height": 760})
        assert page.evaluate(WIDER) <= 0
    assert page.evaluate(NAMELESS) == []
    bring(page, "線.png", png(painting[0]))
    expect(page.get_by_text("The painting has the frame’s size.")).to_be_visible()
    expect(page.get_by_role("row", name="visible_line")).to_be_visible()
    assert page.evaluate(
        "() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)"
    )
    assert page.evaluate(WIDER) <= 0
    page.set_viewport_size({"width": 1280, "height": 760})
    page.screenshot(path=shots / "elsewhere-look.png", full_page=True)
    page.get_by_role("button", name="Take it").click()
    page.wait_for_url(f"**/annotate/{assignment}/")
    copy = WorkingCopy.objects.get(assignment=assignment)
    assert (label_get(copy.label, DOUGA) != painting[1]).mean() < 0.0001
    expect(page.locator("#status-save")).not_to_have_text("Loading…")
    page.screenshot(path=shots / "elsewhere-taken.png")


@pytest.mark.sample
def test_another_size_is_shown_where_it_lies_and_compared(
    page: Page, assignment: int, painting: tuple[np.ndarray, np.ndarray], shots: Path
) -> None:
    page.goto(f"/annotate/{assignment}/elsewhere/")
    bring(page, "a.png", png(painting[0]))
    page.get_by_role("button", name="Take it").click()
    page.wait_for_url(f"**/annotate/{assignment}/")
    large = cv2.resize(painting[0], None, fx=1.25, fy=1.25, interpolation=cv2.INTER_AREA)
    shifted = cv2.copyMakeBorder(large, 90, 40, 130, 60, cv2.BORDER_CONSTANT, value=(255, 255, 255))
    cv2.circle(shifted, (500, 500), 60, (0xC9, 0xA7, 0xEB), -1)
    page.goto(f"/annotate/{assignment}/elsewhere/")
    bring(page, "scan.png", png(shifted))
    expect(page.get_by_text("Found by the edges of both.")).to_be_visible()
    expect(page.locator("dd", has_text="1.25")).to_be_visible()
    expect(page.get_by_text("What changes against your version 1")).to_be_visible()
    page.screenshot(path=shots / "elsewhere-registered.png", full_page=True)
    page.get_by_label("By nearest colour").check()
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_role("row", name="book_line")).to_be_visible()
    page.get_by_role("button", name="Do not").click()
    expect(page.get_by_text("scan.png was not taken; nothing changed.")).to_be_visible()
    assert WorkingCopy.objects.get(assignment=assignment).version == 1


@pytest.mark.sample
def test_unclear_places_are_shown(
    page: Page, assignment: int, painting: tuple[np.ndarray, np.ndarray], shots: Path
) -> None:
    rgba = np.dstack([painting[0], np.full(painting[0].shape[:2], 255, np.uint8)])
    rgba[100:200, 100:200, :3] = (255, 0, 160)
    rgba[100:200, 300:400, 3] = 90
    buffer = io.BytesIO()
    Image.fromarray(rgba).save(buffer, "PNG")
    page.goto(f"/annotate/{assignment}/elsewhere/")
    bring(page, "a.png", buffer.getvalue())
    expect(page.get_by_text("10,000 px of no colour we know: ignore")).to_be_visible()
    expect(page.get_by_text("10,000 px half transparent")).to_be_visible()
    page.screenshot(path=shots / "elsewhere-unclear.png", full_page=True)
    page.get_by_role("button", name="Take it").click()
    page.wait_for_url(f"**/annotate/{assignment}/")
    label_map = label_get(WorkingCopy.objects.get(assignment=assignment).label, DOUGA)
    assert (label_map[100:200, 100:200] == IGNORE).all()
