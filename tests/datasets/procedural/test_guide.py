"""The procedural production draws after the labelling guide: a test a rule, named ``test_<kind>_<rule>``."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage.measure import label as components

from datasets.procedural.design import Paints
from datasets.procedural.eyes import draw_eye
from datasets.procedural.guide import (
    AWAY,
    FACE,
    PAINTERS,
    SIZE,
    STANDING,
    Example,
    shoot,
    show_of,
)
from datasets.procedural.hair import draw_front_hair, fringe_path
from datasets.procedural.head import draw_brows, draw_face
from datasets.procedural.modelling import Modeller
from datasets.procedural.shapes import ellipse, polyline, rect
from datasets.procedural.stage import (
    BOOK,
    BOOK_LINE,
    COLOR,
    COLOR_EDGE,
    FLAT,
    HIGHLIGHT,
    HIGHLIGHT_LINE,
    LINE,
    SHADING,
    SHADING_LINE,
    Stage,
)
from modeling.guide import GUIDES, as_markdown
from modeling.labelio import label_colors, read_label
from modeling.labels import IGNORE, UNKNOWN, drawable_kinds, get_kind

PICTURES = Path(__file__).parents[3] / "static" / "img" / "guide"
RULES = [(kind, rule.name) for kind, rules in GUIDES.items() for rule in rules]
HALVES = np.s_[:, :160], np.s_[:, 176:]


@cache
def example(kind: str, rule: str) -> Example:
    return PAINTERS[kind][rule]()


def figure(**sheet: object) -> tuple[Stage, Paints]:
    """A stage whose unit is a head, its middle at (1, 1), 400 px to a head."""
    show = show_of(5, {"iris_levels": 1, "catch_lights": 1, "blush_form": "oval"}, **sheet)
    stage = Stage(800, 800, line_px=8.0, unit=400)
    paints = Paints(show, (-0.05, -0.03))
    stage.modeller = Modeller(paints, 0)
    return stage, paints


def head(*, brows: bool = True, **sheet: object) -> Stage:
    stage, paints = figure(accessory="none", fringe="locks", **sheet)
    first = paints.show.characters[0]
    fringe = fringe_path(first, 0.0, 0.0)
    with stage.at(1.0, 1.0):
        draw_face(stage, first, paints, replace(FACE.face, turn=0.0), fringe)
        draw_front_hair(stage, first, paints, fringe, 0.0, 0.0)
        if brows:
            draw_brows(stage, first, paints, replace(FACE.face, turn=0.0))
    return stage


def grown(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0


def beside(douga: NDArray[np.uint8], value: int) -> set[int]:
    """Classes that touch a class."""
    mask = douga == value
    return {int(found) for found in np.unique(douga[grown(mask) & ~mask])}


# --- the guide itself ---


def test_every_kind_has_a_guide_and_every_rule_a_painter_and_a_test():
    assert list(GUIDES) == [kind.name for kind in drawable_kinds()]
    assert {(kind, rule) for kind, painters in PAINTERS.items() for rule in painters} == set(RULES)
    assert [f"test_{kind}_{rule}" for kind, rule in RULES if f"test_{kind}_{rule}" not in globals()] == []


@pytest.mark.parametrize(("kind", "rule"), RULES)
def test_every_rule_has_its_pair_of_small_pictures(kind: str, rule: str):
    with Image.open(PICTURES / f"{kind}-{rule}.webp") as picture:
        assert picture.size == SIZE
    kept, drawn = _kept_and_drawn(kind, rule)
    assert kept.shape[:2] == SIZE[::-1]
    assert (kept == drawn).mean() > 0.99, "draw them anew: python scripts/guide_pictures.py"


def _kept_and_drawn(kind: str, rule: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """The label's picture as it is kept and as it is drawn now: stored values, of numbers their colours."""
    path, label = PICTURES / f"{kind}-{rule}.png", example(kind, rule).label
    if not get_kind(kind).scalar:
        return read_label(path, get_kind(kind)), label
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")), label_colors(label, get_kind(kind))


def test_the_docs_print_the_texts_that_the_editor_shows():
    assert as_markdown("cel").splitlines()[0] == f"- **{GUIDES['cel'][0].title}.** {GUIDES['cel'][0].text}"


# --- douga ---


def test_douga_relative():
    """Two greys in both halves: shade and base, then base and highlight."""
    rgb, label = example("douga", "relative")
    tones = []
    for half, fill, other in ((HALVES[0], SHADING, HIGHLIGHT), (HALVES[1], HIGHLIGHT, SHADING)):
        classes, grey = label[half], rgb[half].astype(float).mean(2)
        assert not (classes == other).any()
        # The plate beyond the figure is bare, too; what lies left of the fill is the garment.
        first = (classes == fill).argmax(1)[:, None]
        garment = (classes == FLAT) & (np.arange(classes.shape[1]) < first)
        tones.append((np.median(grey[garment]), np.median(grey[classes == fill])))
    (base, shade), (dark, highlight) = tones
    assert base > shade + 20
    assert highlight > dark + 20
    assert abs(base - highlight) < 20
    assert abs(shade - dark) < 20


def test_douga_levels():
    show = show_of(1, {"shade": 1.0, "shade_form": "offset", "deep": 1.0, "rim": 0.0, "border": 1.0})
    stage = Stage(100, 100, line_px=32.4)
    paints = Paints(show, (0.3, 0.0))
    stage.modeller = Modeller(paints, 0)
    grey = (0.6, 0.6, 0.6)
    stage.solid(rect(0.1, 0.1, 0.9, 0.9), grey, paints.shade(grey), paints.light)
    row = stage.douga[50, 12:88]
    runs = row[np.flatnonzero(np.diff(row, prepend=255))].tolist()
    assert runs == [SHADING, SHADING_LINE, SHADING, SHADING_LINE, FLAT]


def test_douga_lines():
    stage = Stage(100, 100, line_px=32.4)
    stage.fill(rect(0.1, 0.1, 0.9, 0.9), (0.9, 0.8, 0.5))
    before = stage.picture.copy()
    stage.border(rect(0.3, 0.3, 0.7, 0.7), COLOR)
    assert (stage.picture == before).all()
    assert stage.douga[50, 30] == COLOR_EDGE
    stage.line(polyline([(0.2, 0.2), (0.8, 0.2)]), color=(0.8, 0.2, 0.1))
    assert stage.picture[20, 50, 0] > stage.picture[20, 50, 2] + 100
    assert stage.douga[20, 50] == LINE


def test_douga_eyes():
    stage, paints = figure(eye_shape="round", eye_size=1.2)
    with stage.at(1.0, 1.0, 4.0):
        at = {"side": 1, "opening": 1.0, "gaze": 0.0, "turn": 0.0}
        draw_eye(stage, paints.show.characters[0], paints, (0.0, 0.0), **at)  # type: ignore[arg-type]
    douga = stage.douga
    lights = components(douga == HIGHLIGHT, connectivity=1)
    assert lights.max() == 1
    assert beside(douga, HIGHLIGHT) == {HIGHLIGHT_LINE}
    assert douga[400, 400] == COLOR  # the pupil
    assert {COLOR_EDGE} <= beside(douga, COLOR) <= {COLOR_EDGE, HIGHLIGHT_LINE, SHADING_LINE, LINE}
    assert douga[440, 500] == FLAT  # the iris
    white = (stage.picture[..., :3] > 245).all(2) & (douga != HIGHLIGHT)
    assert (douga[white] == COLOR).mean() > 0.9


def test_douga_brows():
    bare, drawn = head(brows=False).douga, head().douga
    assert set(np.unique(drawn[bare != drawn])) == {FLAT, LINE}
    covers = grown(grown(bare != drawn))
    assert len(set(np.unique(bare[covers]))) > 2, "they lie over hair with its lines and fills"
    inside = components((drawn == FLAT) & (bare != drawn), connectivity=1)
    assert inside.max() >= 2


def test_douga_black():
    stage, paints = figure()
    stage.black(ellipse(1.0, 1.0, 0.5, 0.2), (0.05, 0.05, 0.05))
    row = stage.douga[400, 180:400]
    assert row[np.flatnonzero(np.diff(row, prepend=255))].tolist() == [FLAT, LINE, FLAT]
    dark = (0.01, 0.01, 0.01)
    stage.solid(rect(0.1, 0.1, 0.5, 0.5), dark, paints.shade(dark), paints.light)
    assert (stage.douga[45:195, 45:195] == FLAT).all()


@pytest.mark.parametrize(("form", "areas"), [("oval", 1), ("strokes", 3)])
def test_douga_blush(form: str, areas: int):
    drawn = []
    for blush in (False, True):
        show = show_of(5, {"blush_form": form}, blush=blush)
        stage, paints = Stage(800, 800, line_px=8.0, unit=400), Paints(show, (-0.05, -0.03))
        with stage.at(1.0, 1.0):
            face = replace(FACE.face, turn=0.0)
            draw_face(stage, show.characters[0], paints, face, ellipse(0.0, -2.0, 0.1, 0.1))
        drawn.append(stage.douga)
    without, blushing = drawn
    assert set(np.unique(blushing[blushing != without])) == {COLOR, COLOR_EDGE}
    new = (blushing == COLOR) & (without != COLOR)
    assert components(new, connectivity=1).max() == 2 * areas


def _shadowed() -> tuple[NDArray[np.uint8], ...]:
    place = {"scene": "room", "camera_seed": 3}
    shots = [
        shoot(show_of(10, heads=5.0), replace(STANDING, y=0.3), shadows=s, **place) for s in (False, True)
    ]
    assert (shots[1].rgb.astype(int) - shots[0].rgb).min() < -30, "the picture has a shadow"
    assert shots[1].rgb[shots[1].cel == 0].sum() < shots[0].rgb[shots[0].cel == 0].sum()
    return shots[0].cel, shots[1].cel, shots[0].douga, shots[1].douga


def test_douga_cast():
    *_, without, thrown = _shadowed()
    assert (without == thrown).all()
    face = head().douga
    assert (face == SHADING).any(), "hair throws its shade on the face"


def test_douga_effects():
    rgb, label = example("douga", "effects")
    assert rgb.shape[:2] == label.shape
    assert 0.15 < (label == IGNORE).mean() < 0.6
    assert (label[:, 200:] == LINE).any(), "the stretched drawing keeps its lines"
    shot = shoot(show_of(12), replace(STANDING, squash=0.66, degrees=16.0))
    assert not (shot.douga == IGNORE).any()
    assert _outlined(shot.cel, shot.douga) > 0.97


def test_douga_books():
    label = example("douga", "books").label
    assert (label == BOOK).sum() > 1000
    assert {BOOK_LINE} <= beside(label, BOOK) <= {BOOK_LINE, FLAT, LINE}
    shot = shoot(show_of(11), replace(STANDING, y=0.45, head=0.34), scene="street", book="railing")
    books = np.isin(shot.douga, (BOOK, BOOK_LINE))
    assert books.any()
    assert not (books & (shot.cel == 1)).any()
    plain = shoot(show_of(11), replace(STANDING, y=0.45, head=0.34), scene="street")
    assert (plain.cel[books] == 1).all(), "a book over the plate alone is not drawn"


# --- cel ---


def _outlined(cel: NDArray[np.uint8], douga: NDArray[np.uint8]) -> float:
    """Share of the cel's border, the frame's edge left out, that is visible line."""
    border = (cel == 1) & grown(cel == 0)
    return float((douga[border] == LINE).mean())


def test_cel_moves():
    drawing = replace(STANDING, y=0.36, head=0.15)
    bare, holding = (shoot(show_of(13, held=held, heads=5.0), drawing) for held in ("none", "bag"))
    added = (holding.cel == 1) & (bare.cel == 0)
    assert added.sum() > 1000
    assert ((bare.cel == 1) <= (holding.cel == 1)).all()
    assert _outlined(bare.cel, bare.douga) > 0.97, "lines are cel to their outer edge"


@pytest.mark.parametrize("scene", ["street", "classroom"])
def test_cel_plate(scene: str):
    shot = shoot(replace(show_of(14), plate_outline=1.0), scene=scene)
    assert not shot.cel.any()
    assert not shot.douga.any()


def test_cel_gaps():
    label = example("cel", "gaps").label
    holes = components(np.pad(label == 0, 1, constant_values=True), connectivity=1)
    sizes = np.bincount(holes.ravel())[1:]
    assert (sizes > 100).sum() >= 3, "the plate around, and behind either arm"


def test_cel_full():
    assert (example("cel", "full").label == 1).all()


def test_cel_books():
    label = example("cel", "books").label
    place = {"scene": "street"}
    bare, behind = (
        shoot(show_of(11), replace(STANDING, y=0.45, head=0.34), book=book, **place)
        for book in ("", "railing")
    )
    assert behind.cel.sum() < bare.cel.sum()
    assert ((behind.cel == 1) <= (bare.cel == 1)).all()
    assert set(np.unique(label)) == {0, 1}


def test_cel_cast():
    without, thrown, *_ = _shadowed()
    assert (without == thrown).all()


def test_cel_transparent():
    clear, veiled = (shoot(show_of(16), STANDING, haze=haze) for haze in (0.0, 0.38))
    assert (clear.rgb != veiled.rgb).mean() > 0.5
    assert (clear.cel == veiled.cel).all()
    assert (clear.douga == veiled.douga).all()


def test_cel_effects():
    label = example("cel", "effects").label
    assert set(np.unique(label)) == {0, 1, IGNORE}
    shot = shoot(show_of(12), replace(STANDING, squash=0.66, degrees=16.0))
    assert set(np.unique(shot.cel)) == {0, 1}


# --- depth ---


FARTHEST, NEAREST = 655, 65535
"""A hundredth of the way from the farthest, and the nearest stored depth."""


def test_depth_near():
    shot = shoot(show_of(13), AWAY, scene="field", camera_seed=3)
    sky, ground = shot.depth[:20], shot.depth[-1]
    assert (sky < FARTHEST).mean() > 0.9
    assert ground.min() > shot.depth[900].min() > sky.min()
    assert shot.depth.max() == NEAREST


def test_depth_flat():
    one, other = AWAY, replace(AWAY, cast=1, x=0.84, depth=0.16)
    for drawings in ((one,), (one, other)):
        shot = shoot(show_of(13, held="bag"), *drawings, scene="room")
        assert len(np.unique(shot.depth[shot.cel == 1])) == len(drawings)


def test_depth_hides():
    bare, shot = (
        shoot(show_of(15), *drawings, scene="wood", camera_seed=3).depth.astype(float)
        for drawings in ((), (AWAY,))
    )
    cel = shoot(show_of(15), AWAY, scene="wood", camera_seed=3).cel == 1
    known = ~cel & (bare > FARTHEST)
    share = np.median(shot[known] / bare[known])
    assert (shot[cel] > bare[cel] * share).mean() > 0.99
    ahead, behind = replace(AWAY, depth=0.16), replace(AWAY, cast=1, x=0.72)
    pair = shoot(show_of(15), ahead, behind)
    alone = shoot(show_of(15), ahead)
    assert set(np.unique(pair.depth[alone.cel == 1])) == {pair.depth.max()}, "the whole one is the nearer one"


def test_depth_floor():
    road = shoot(show_of(13), scene="street", camera_seed=3).depth[-400:, 600].astype(int)
    assert road[-1] > 1.5 * road[0]
    assert np.abs(np.diff(road, 2)).max() <= 1, "an even fall, as a gradient of the editor is"


def test_depth_books():
    shot = shoot(show_of(11), replace(STANDING, y=0.45, head=0.34), scene="street", book="railing")
    covered = np.isin(shot.douga, (BOOK, BOOK_LINE))
    assert covered.any()
    assert shot.depth[covered].min() == NEAREST > shot.depth[shot.cel == 1].max()
    assert (shot.depth[(shot.cel == 0) & ~covered] < NEAREST).any()


def test_depth_cast():
    place = {"scene": "room", "camera_seed": 3}
    plain, thrown, veiled = (
        shoot(show_of(10), STANDING, **place, **light) for light in ({}, {"shadows": True}, {"haze": 0.38})
    )
    for lit in (thrown, veiled):
        assert (lit.rgb != plain.rgb).any()
        assert (lit.depth == plain.depth).all()


def test_depth_effects():
    label = example("depth", "effects").label
    assert 0.05 < (label == UNKNOWN).mean() < 0.6
    smeared = example("cel", "effects").label == IGNORE
    assert (label[smeared] == UNKNOWN).all()
    assert (shoot(show_of(12), STANDING).depth != UNKNOWN).all()
