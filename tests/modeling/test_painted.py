"""Paintings of other programs: exact colours, blends, pencils."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from modeling.errors import UserError
from modeling.labelio import import_label
from modeling.labels import IGNORE, Entry, get_kind
from modeling.painted import inks_of, make_inks, pencil_inks, read_painting
from tests.modeling.renderings import (
    antialiased,
    colored,
    compressed,
    fills_beneath,
    half_opaque,
    opaque,
    smooth,
    truth_of,
)

CEL, DOUGA = get_kind("cel"), get_kind("douga")
ADDED = DOUGA.extended([Entry(20, "223344", 1, "solid black"), Entry(200, "CC88AA", 6, "shade 2")])
KINDS = st.sampled_from([CEL, DOUGA, ADDED])
BOOKS = [5, 9]


def ramp(first: tuple[int, ...], last: tuple[int, ...], steps: int = 101) -> np.ndarray:
    """(1, steps, 3) uint8: one colour going over into another."""
    share = np.linspace(0, 1, steps)[:, None]
    return ((1 - share) * first + share * last + 0.5).astype(np.uint8)[None]


def drawing(height: int = 60, width: int = 80) -> np.ndarray:
    """A black contour 3 px wide around shade and colour on white, and a book: its line 2 px, its fill."""
    label_map = np.zeros((height, width), np.uint8)
    cv2.ellipse(label_map, (28, 30), (20, 24), 10, 0, 360, 1, 3)
    cv2.ellipse(label_map, (28, 34), (10, 12), 0, 0, 360, 6, -1)
    cv2.ellipse(label_map, (28, 34), (10, 12), 0, 0, 360, 2, 2)
    label_map[:, 62:] = 9
    label_map[:, 60:62] = 5
    return label_map


def classes(rgba: np.ndarray, how: str = "blended") -> np.ndarray:
    return DOUGA.to_classes(read_painting(rgba, inks_of(DOUGA), how=how).label_map)


def iou(read: np.ndarray, truth: np.ndarray, cls: int) -> float:
    here, there = read == cls, truth == cls
    return float((here & there).sum() / max(1, (here | there).sum()))


# --- exact colours ---


@settings(deadline=None)
@given(KINDS.flatmap(lambda kind: st.tuples(
    st.just(kind),
    arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=24),
           elements=st.sampled_from([*(int(v) for v in kind.values), IGNORE])),
)))  # fmt: skip
def test_exact_colours_come_back_whatever_lies_beside_what(kind_and_map) -> None:
    kind, label_map = kind_and_map
    for how in ("blended", "thesis"):
        reading = read_painting(colored(label_map, kind), inks_of(kind), how=how)
        np.testing.assert_array_equal(reading.label_map, label_map)
        for mask in (reading.off_palette, reading.semi, reading.unread):
            assert not mask.any()


def test_books_are_told_from_blends_by_the_palette_itself() -> None:
    inks = inks_of(DOUGA)
    assert sorted(inks.values[inks.shy].tolist()) == [5, 14]


def test_of_two_equal_colours_the_first_counts() -> None:
    inks = make_inks(["#FFFFFF", "#ff0000", "FF0000"], [0, 4, 3], [False, True, True])
    assert inks.values.tolist() == [0, 4]


# --- blends ---


def test_blending_black_into_white_is_line_then_fill_and_never_a_book() -> None:
    rgb = np.concatenate(
        [np.zeros((1, 6, 3), np.uint8), ramp((0, 0, 0), (255, 255, 255)), np.full((1, 6, 3), 255)], 1
    )
    rgba = opaque(np.repeat(rgb.astype(np.uint8), 9, 0))
    read = classes(rgba)
    assert set(np.unique(read)) == {0, 1}
    assert (read[4, :57] == 1).all()
    assert (read[4, 58:] == 0).all()
    thesis = classes(rgba, "thesis")[4]
    assert [(thesis == book).sum() for book in BOOKS] == [39, 29]


@pytest.mark.parametrize("line", ["000000", "00A0C8", "7A1FA2", "6B3410"])
@pytest.mark.parametrize("fill", ["FFFFFF", "C9A7EB", "B8F2B8", "FFF7A8"])
def test_a_soft_edge_makes_no_class_that_is_not_beside_it(line: str, fill: str) -> None:
    one, two = tuple(bytes.fromhex(line)), tuple(bytes.fromhex(fill))
    row = np.concatenate([np.full((1, 5, 3), one), ramp(one, two, 5)[:, 1:-1], np.full((1, 5, 3), two)], 1)
    rgba = opaque(np.repeat(row.astype(np.uint8), 7, 0))
    inks = inks_of(DOUGA)
    beside = [read_painting(rgba, inks).label_map[3, column] for column in (0, -1)]
    assert set(np.unique(read_painting(rgba, inks).label_map)) == set(beside)


def test_half_a_pixel_of_line_is_line_and_goes_to_the_line_on_either_side_of_a_row() -> None:
    """An edge at half a pixel is exactly the grey of a book line all along."""
    rgb = np.full((40, 40, 3), 255, np.uint8)
    rgb[10:30, 10:30] = 0
    rgb[10:30, [9, 30]] = rgb[[9, 30], 10:30] = 128
    rgb[[9, 9, 30, 30], [9, 30, 9, 30]] = 191
    read = classes(opaque(rgb))
    assert set(np.unique(read)) == {0, 1}
    assert (read[12:28, 9] == 1).all()


def test_one_soft_place_tells_that_straight_half_pixels_are_soft_too() -> None:
    """Rows of the exact grey of a book fill, with no blended pixel anywhere near them."""
    rgb = np.full((40, 40, 3), 255, np.uint8)
    rgb[:, 10:13], rgb[:, 9], rgb[:, 13], rgb[20, 9] = 0, 128, 208, 100
    read = classes(opaque(rgb))
    assert set(np.unique(read)) == {0, 1}
    assert (read[:, 9] == 1).all()
    exact = rgb.copy()
    exact[20, 9] = 128
    assert (classes(opaque(exact))[:, [9, 13]] == BOOKS).all(), "nothing soft: what is painted counts"


def test_a_painted_book_stays_beside_an_anti_aliased_line() -> None:
    label_map = drawing()
    large = smooth(label_map)
    truth = DOUGA.to_classes(truth_of(large, DOUGA))
    read = classes(antialiased(large, DOUGA))
    assert iou(read, truth, 5) > 0.95
    assert iou(read, truth, 9) > 0.99
    assert not np.isin(read[:, :50], BOOKS).any()


@pytest.mark.parametrize(
    ("quality", "bound"), [(None, 0.002), (90, 0.01), (75, 0.015)], ids=["anti-aliased", "jpeg 90", "jpeg 75"]
)
def test_a_known_douga_is_read_better_than_by_nearest_colour(quality: int | None, bound: float) -> None:
    large = smooth(drawing())
    truth = DOUGA.to_classes(truth_of(large, DOUGA))
    rgba = antialiased(large, DOUGA)
    rgba = rgba if quality is None else compressed(rgba, quality)
    wrong, nearest = ((classes(rgba, how) != truth).mean() for how in ("blended", "thesis"))
    assert wrong < bound
    assert wrong < nearest
    assert not np.isin(classes(rgba)[:, :50], BOOKS).any()


@pytest.mark.parametrize("alpha", [0.5, 0.6])
def test_lines_at_half_opacity_flattened_over_the_fills_are_lines(alpha: float) -> None:
    label_map = drawing()
    label_map[:, 58:] = 0
    painted = half_opaque(label_map, fills_beneath(label_map, DOUGA), DOUGA, alpha)
    read = classes(painted)
    assert not np.isin(read, BOOKS).any()
    assert (read != label_map).mean() < 0.003
    assert (classes(painted, "thesis") != label_map).mean() > 0.05


def test_a_flat_colour_that_no_blend_makes_is_ignored_and_shown() -> None:
    rgba = colored(drawing(), DOUGA)
    rgba[20:30, 5:8, :3] = (255, 0, 160)
    reading = read_painting(rgba, inks_of(DOUGA))
    assert reading.unread.sum() == reading.off_palette.sum() == 30
    assert (reading.label_map[20:30, 5:8] == IGNORE).all()


def test_an_added_line_and_fill_of_the_production_are_blended_too() -> None:
    label_map = np.zeros((20, 30), np.uint8)
    label_map[:, 14:17], label_map[:, 17:] = 20, 200
    rgba = colored(label_map, ADDED)
    soft = opaque(np.asarray(cv2.GaussianBlur(rgba[..., :3], (0, 0), 0.6)))
    read = read_painting(soft, inks_of(ADDED)).label_map
    assert set(np.unique(read)) == {0, 20, 200}
    assert (read == label_map).mean() > 0.98


def test_a_cel_mask_is_cel_from_half_its_coverage() -> None:
    mask = np.zeros((30, 30), np.uint8)
    cv2.circle(mask, (15, 15), 9, 1, -1)
    large = smooth(mask)
    read = read_painting(antialiased(large, CEL), inks_of(CEL)).label_map
    assert (read == truth_of(large, CEL)).mean() > 0.995
    assert set(np.unique(read)) == {0, 1}


# --- transparency ---


def test_half_transparent_pixels_count_from_one_half_and_are_counted() -> None:
    rgba = np.zeros((4, 4, 4), np.uint8)
    rgba[0, :, 3] = (0, 126, 127, 255)
    reading = read_painting(rgba, inks_of(DOUGA))
    assert reading.label_map[0].tolist() == [0, 0, 1, 1]
    assert reading.semi.sum() == 2
    assert not reading.off_palette.any()


def test_a_whole_painting_at_half_opacity_is_read_by_its_colours() -> None:
    label_map = drawing()
    rgba = colored(label_map, DOUGA)
    rgba[..., 3] = 128
    reading = read_painting(rgba, inks_of(DOUGA))
    np.testing.assert_array_equal(reading.label_map, label_map)
    assert reading.semi.all()


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(UserError, match="blended or thesis"):
        read_painting(np.zeros((1, 1, 4), np.uint8), inks_of(CEL), how="magic")


# --- pencil ---

RED_IS_HIGHLIGHT = [{"color": "#FF0000", "meaning": "highlight_line"}, {"color": "#0000FF", "meaning": "ask"}]


def test_pencil_means_what_the_production_says_and_what_it_asks_is_ignored() -> None:
    rgb = np.full((12, 30, 3), 255, np.uint8)
    rgb[:, 4:6], rgb[:, 14:16], rgb[:, 24:26] = 0, (255, 0, 0), (0, 0, 255)
    read = read_painting(opaque(rgb), pencil_inks(DOUGA, RED_IS_HIGHLIGHT)).label_map
    assert read[5, [4, 14, 24, 10]].tolist() == [1, 4, IGNORE, 0]


def test_a_pencil_of_no_class_is_refused_by_name() -> None:
    with pytest.raises(UserError, match="'blush'"):
        pencil_inks(DOUGA, [{"color": "#FF0000", "meaning": "blush"}])


@pytest.mark.sample
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_the_studios_pencil_is_read_through_a_profile(sample: Path, number: int) -> None:
    folder = sample / "real_douga"
    lines = cv2.imread(str(folder / "lines" / f"dwanko_0{number}.png"), cv2.IMREAD_COLOR_RGB)
    truth = import_label(folder / "class" / f"dwanko_0{number}.png", DOUGA)
    read = read_painting(opaque(lines), pencil_inks(DOUGA, RED_IS_HIGHLIGHT)).label_map
    np.testing.assert_array_equal(read == 1, truth == 1)
    assert np.isin(truth[read == IGNORE], [2, 3]).all()
    assert np.isin(truth[read == 4], [3, 4]).all()
    scanned = read_painting(
        opaque(np.asarray(cv2.GaussianBlur(lines, (0, 0), 0.8))), pencil_inks(DOUGA, RED_IS_HIGHLIGHT)
    ).label_map
    assert iou(scanned, truth, 1) > 0.98


@pytest.mark.sample
@pytest.mark.parametrize("number", [1, 4])
def test_real_douga_painted_softly_get_no_books(sample: Path, number: int) -> None:
    label_map = import_label(sample / "real_douga" / "class" / f"dwanko_0{number}.png", DOUGA)
    large = smooth(label_map)
    truth, clean = DOUGA.to_classes(truth_of(large, DOUGA)), antialiased(large, DOUGA)
    for rgba, bound in ((clean, 0.0001), (compressed(clean, 90), 0.0005), (compressed(clean, 75), 0.0008)):
        read = classes(rgba)
        assert not np.isin(read, BOOKS).any()
        assert (read != truth).mean() < bound
        assert np.isin(classes(rgba, "thesis"), BOOKS).sum() > 1000
