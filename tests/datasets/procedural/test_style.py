"""What a drawing style decides, on parts small enough to work out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from datasets.procedural.design import Paints, Show, design_show
from datasets.procedural.figure import Drawing, draw_figure
from datasets.procedural.modelling import Modeller
from datasets.procedural.shapes import polyline, rect
from datasets.procedural.stage import FLAT, HIGHLIGHT, HIGHLIGHT_LINE, LINE, SHADING, SHADING_LINE, Stage
from datasets.procedural.style import PALETTES, SHADE_FORMS, Pen

GREY, DARK, BLACK = (0.5, 0.5, 0.5), (0.35, 0.35, 0.35), (0.01, 0.01, 0.01)


def _show(seed: int = 1) -> Show:
    show = design_show("x", np.random.default_rng(seed))
    style = replace(show.style, shade=1.0, shade_form="offset", deep=0.0, rim=0.0, border=1.0)
    return replace(show, style=style, highlight=0.5)


def _square(lighting: str, base: tuple[float, float, float] = GREY) -> Stage:
    """A part of 80 x 80 pixels, lit from the right, with borders of 3 pixels."""
    stage = Stage(100, 100, line_px=32.4)
    stage.modeller = Modeller(Paints(_show(), (0.2, 0.0), lighting), 0)
    stage.solid(rect(0.1, 0.1, 0.9, 0.9), base, DARK if base == GREY else BLACK, (0.2, 0.0))
    return stage


def test_a_part_in_plain_light_has_shade_border_and_base():
    row = _square("plain").douga[50]
    assert row[10:28].tolist() == [SHADING] * 18
    assert row[29] == row[30] == SHADING_LINE
    assert row[32:90].tolist() == [FLAT] * 58


def test_rim_light_calls_the_darker_tone_base_and_the_lighter_highlight():
    row = _square("rim").douga[50]
    assert row[10:60].tolist() == [FLAT] * 50
    assert HIGHLIGHT_LINE in row
    assert row[85:90].tolist() == [HIGHLIGHT] * 5
    assert not np.isin(row, (SHADING, SHADING_LINE)).any()


def test_light_from_behind_calls_most_of_the_part_shade_and_the_lighter_tone_base():
    row = _square("back").douga[50]
    assert row[10:50].tolist() == [SHADING] * 40
    assert row[85:90].tolist() == [FLAT] * 5


def test_flat_light_leaves_the_base_alone():
    stage = _square("flat")
    assert np.unique(stage.douga[stage.covered]).tolist() == [FLAT]


def test_solid_black_has_no_shade():
    stage = _square("plain", BLACK)
    assert np.unique(stage.douga[stage.covered]).tolist() == [FLAT]


def test_shades_that_overlap_have_one_border_around_them():
    stage = Stage(100, 100, line_px=32.4)
    stage.modeller = Modeller(Paints(_show(), (0.2, 0.0)), 0)
    stage.solid(rect(0.1, 0.1, 0.9, 0.9), GREY, DARK, (0.2, 0.0), casts=[rect(0.2, 0.4, 0.6, 0.6)])
    row = stage.douga[50]
    assert row[10:58].tolist() == [SHADING] * 48
    assert row[59] == SHADING_LINE
    assert row[62] == FLAT


@pytest.mark.parametrize("size", [1080, 540])
def test_a_pen_makes_a_line_thin_at_its_ends_and_three_pixels_at_most(size):
    stage = Stage(size, size, line_px=9.0, pen=Pen(0.4, 2.0))
    stage.line(polyline([(0.1, 0.501), (0.9, 0.501)]))
    thick = (stage.douga == LINE).sum(0)[round(0.12 * size) : round(0.88 * size)]
    middle = thick[len(thick) // 2]
    assert thick.min() >= 1
    assert abs(middle - 3 * size / 1080) <= 1
    assert middle == thick.max()
    assert thick[0] <= thick[len(thick) // 2]


def test_style_moves_no_silhouette():
    show, other = _show(1), design_show("y", np.random.default_rng(2))
    foreign = replace(show, style=replace(other.style, pen=show.style.pen, border=1.0))

    def covered(look: Show, lighting: str) -> np.ndarray:
        stage = Stage(400, 400, line_px=3, pen=look.style.pen, border=look.style.border)
        at = Drawing(0, 0.5, 0.8, 0.6, 1.0)
        draw_figure(stage, show.characters[0], Paints(look, (-0.05, -0.03), lighting), at)
        return stage.covered

    assert (covered(show, "plain") == covered(foreign, "back")).all()


def test_shows_differ_visibly_and_a_show_stays_itself():
    shows = [design_show(f"show-{n}", np.random.default_rng([0, n])) for n in range(24)]
    styles = [show.style for show in shows]
    assert len({(s.palette, s.shade_form, s.shine_form, s.hair_levels, s.iris_levels) for s in styles}) >= 20
    assert {s.palette for s in styles} == set(PALETTES)
    assert {s.shade_form for s in styles} == set(SHADE_FORMS)
    assert design_show("show-0", np.random.default_rng([0, 0])) == shows[0]
    assert styles[0].lighting(7) == styles[0].lighting(7)
