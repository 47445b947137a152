"""Shows differ in how their figures are built, and whatever is drawn stays one outlined figure."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from datasets.procedural.body import Build
from datasets.procedural.design import Paints, Show, built, design_show
from datasets.procedural.figure import Drawing, draw_figure
from datasets.procedural.proportions import RANGES, STANDARD, Proportions
from datasets.procedural.stage import LINE, Stage

BARE = {"held": "none", "accessory": "none", "hair_back": "short"}


def standing(show: Show, **sheet: object) -> tuple[Stage, float]:
    """The show's first character on 600 lines, and the height of its head in pixels."""
    first = replace(show.characters[0], creature=False, **{**BARE, **sheet})
    foot_y = Build.of(first).foot_y
    head = 0.9 / (foot_y + 1.1)
    stage = Stage(600, 600, line_px=4.0)
    draw_figure(stage, first, Paints(show, (-0.05, -0.03)), Drawing(0, 0.5, 0.95 - foot_y * head, head, 1.0))
    return stage, head * 600


def test_shows_differ_in_measured_proportions_and_a_seed_draws_the_same():
    shares = []
    for n in range(16):
        stage, head = standing(design_show("x", np.random.default_rng([0, n])))
        shares.append(head / stage.covered.any(1).sum())
    assert min(shares) < 1 / 6
    assert max(shares) > 1 / 3.8
    assert len({round(share, 2) for share in shares}) >= 6
    again, _ = standing(design_show("x", np.random.default_rng([0, 15])))
    assert (again.truth == stage.truth).all()
    assert (again.picture == stage.picture).all()


def test_proportions_move_nothing_else_of_a_show():
    drawn, standard = (design_show("x", np.random.default_rng(4), p) for p in (None, STANDARD))
    assert drawn.proportions != STANDARD
    assert (drawn.style, drawn.line_color, drawn.grade) == (
        standard.style,
        standard.line_color,
        standard.grade,
    )
    assert [c.hair for c in drawn.characters] == [c.hair for c in standard.characters]


@pytest.mark.parametrize("heads", [2.7, 7.4])
@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("clothes", ["sailor", "hoodie", "robe"])
def test_the_ends_of_the_ranges_give_one_outlined_figure(heads: float, end: int, clothes: str):
    body = Proportions((heads, heads), **{name: ends[end] for name, ends in RANGES.items()})
    plain = design_show("x", np.random.default_rng(1), STANDARD)
    show = replace(plain, characters=tuple(built(sheet, body) for sheet in plain.characters))
    stage, _ = standing(show, clothes=clothes, build=(0.85, 1.2)[end])
    cel = stage.covered.astype(np.uint8)
    assert cv2.connectedComponents(cel)[0] == 2, "nothing is detached"
    border = stage.covered & (cv2.erode(cel, np.ones((3, 3), np.uint8)) == 0)
    assert (stage.douga[border] == LINE).mean() > 0.97


def test_eyes_neither_meet_nor_leave_the_face():
    for size in (0.6, 1.0, 1.9):
        for space in RANGES["eye_space"]:
            drawn = Proportions(eye_space=space).eyes_of(size)
            assert 0.185 * space > 0.115 * drawn
            assert 0.185 * space + 0.127 * drawn < 0.4
