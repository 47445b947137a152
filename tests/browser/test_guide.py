"""The labelling guide beside the canvas, and the frame's other label over the picture, while one draws."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, expect

from annotation.services.drafts import draft_store
from modeling.guide import GUIDES
from modeling.labelio import encode_label
from modeling.labels import get_kind
from tests.browser.drawing import drag, drawn, fitted, open_editor, set_size, stroke
from tests.browser.test_neighbours import look
from tests.browser.worlds import draft_of, make_world, png

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDTHS = """async (images) => {
  await Promise.all(images.map((image) => image.decode()));
  return images.map((image) => image.naturalWidth);
}"""
ROW = [(70.5, 60.5), (130.5, 60.5)]


def test_guide_and_other_label_are_looked_at_while_one_draws(
    site: object, sign_in: Callable[..., BrowserContext], shots: Path
) -> None:
    world = make_world(kind="douga")
    cel = encode_label(draft_of(0), get_kind("cel"))  # cel from column 60 to 149, row 44 to 123
    empty = png(np.zeros((180, 320), np.uint8))
    frame = world.frames[0].pk
    draft_store(frame_id=frame, kind="cel", model_version="Pool/cel/1", label_png=cel, entropy_png=empty)
    page = sign_in(world.user).new_page()
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_editor(page, world.assignments[0].pk)

    page.keyboard.press("F1")
    rules = page.locator("#guide li:visible")
    expect(rules).to_have_count(len(GUIDES["douga"]))
    expect(rules.nth(-1)).to_be_in_viewport(ratio=1)
    widths = page.locator("#guide ol:not(.other-kind) img").evaluate_all(WIDTHS)
    assert widths == [336] * 2 * len(GUIDES["douga"])

    page.keyboard.press("z")
    expect(page.locator("#beside-says")).to_have_text("cel: a model's draft")
    expect(page.locator("canvas.beside-labels")).to_be_visible()
    view = fitted(page)
    shown = {x: look(page, "beside-labels", *view.at((x + 0.5, 80.5)), 1)[0] for x in (20, 61, 100)}
    veil, contour, within = shown[20], shown[61], shown[100]
    assert contour[0] > 200 > 60 > contour[1]
    assert veil[3] > 0
    assert max(veil[:3]) < 30
    assert within[3] == 0
    page.screenshot(path=shots / "guide.png")

    set_size(page, 5)
    drag(page, view, ROW)
    assert np.array_equal(drawn(page, world, 0), stroke(world.drafts[0], ROW, 5, 1))
    page.keyboard.press("F1")
    page.keyboard.press("z")
    expect(page.locator("#guide")).to_be_hidden()
    expect(page.locator("canvas.beside-labels")).to_be_hidden()
