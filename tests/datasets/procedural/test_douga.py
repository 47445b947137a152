"""Rendered frames keep the rules of douga (design.md section 2; Kugler 2020, section 5.1)."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from skimage.morphology import skeletonize

from datasets.procedural.design import design_show
from datasets.procedural.render import CutRenderer, Shot
from datasets.procedural.stage import (
    BOOK,
    BOOK_LINE,
    BORDER_OF,
    COLOR,
    FLAT,
    HIGHLIGHT,
    LINE,
    SHADING,
)
from datasets.procedural.staging import plan_cut

SIZE = (1440, 1080)
KINDS = ("talk", "book", "bust", "talk", "group", "book")
FILLS = (SHADING, COLOR, HIGHLIGHT)
CROSS = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], np.uint8)
Mask = NDArray[np.bool_]


@pytest.fixture(scope="module")
def shots() -> list[Shot]:
    """A drawing of each of six shows at 1080 lines."""
    made = []
    for n, kind in enumerate(KINDS):
        show, rng = design_show("x", np.random.default_rng([3, n])), np.random.default_rng([3, n, 1])
        plan = plan_cut(show, "c", kind, 4, SIZE, rng)
        made.append(CutRenderer(show, plan, SIZE, rng).shoot(plan.moments[0]))
    return made


def _grown(mask: Mask, kernel: NDArray[np.uint8] = CROSS, times: int = 1) -> Mask:
    return cv2.dilate(mask.astype(np.uint8), kernel, iterations=times) > 0


def _regions(mask: Mask, least: int) -> Iterator[Mask]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    for i in range(1, count):
        if stats[i, cv2.CC_STAT_AREA] >= least:
            yield labels == i


def _across(region: Mask, douga: NDArray[np.uint8], fill: int, others: tuple[int, ...]) -> Mask:
    """Fill pixels of ``others`` that lie behind the region's own border, three deep."""
    passable, reached = region | (douga == BORDER_OF[fill]), region
    for _ in range(4):
        reached = _grown(reached) & passable
    behind = np.isin(douga, others)
    return _grown(reached, times=3) & behind & ~_grown(douga == LINE, times=2)


def test_class_maps_hold_the_ten_classes_only(shots):
    assert all(shot.douga.max() <= BOOK for shot in shots)


@pytest.mark.parametrize("fill", FILLS)
def test_a_fill_is_bordered_by_its_own_line_or_a_visible_one(shots, fill):
    """Between two fills stands one line, of either of them; no two fills touch."""
    seen = np.zeros(10, int)
    for shot in shots:
        around = _grown(shot.douga == fill) & (shot.douga != fill) & (shot.cel == 1)
        seen += np.bincount(shot.douga[around], minlength=10)
    assert seen[BORDER_OF[fill]] > 1000
    assert seen[BORDER_OF[fill]] > 0.75 * (seen.sum() - seen[LINE])
    assert seen[[FLAT, SHADING, COLOR, HIGHLIGHT]].sum() < 0.03 * seen.sum()


@pytest.mark.parametrize("line", [LINE, *BORDER_OF.values()])
def test_lines_are_one_to_three_pixels_wide(shots, line):
    radii = []
    for shot in shots:
        mask = shot.douga == line
        radii.append(distance_transform_edt(mask)[skeletonize(mask)])
    radius = np.concatenate(radii)
    assert len(radius) > 500
    assert np.quantile(radius, 0.9) <= 2.0  # the middle of three pixels is two from the outside
    assert radius.mean() < 1.9


def test_visible_lines_vary_in_width(shots):
    for shot in shots:
        mask = shot.douga == LINE
        radius = distance_transform_edt(mask)[skeletonize(mask)]
        assert (radius == 1).mean() > 0.02


@pytest.mark.parametrize(
    ("fill", "beside"), [(SHADING, (FLAT,)), (HIGHLIGHT, (FLAT, SHADING)), (COLOR, (FLAT,))]
)
def test_the_picture_agrees_with_the_fills(shots, fill, beside):
    right = wrong = 0
    for shot in shots:
        picture = shot.rgb.astype(float)
        for region in _regions(shot.douga == fill, 200):
            there = _across(region, shot.douga, fill, beside)
            if there.sum() < 20:
                continue
            here = region & _grown(there, times=8)
            gap = np.median(picture[here], 0) - np.median(picture[there], 0)
            light = gap @ (0.2126, 0.7152, 0.0722)
            agrees = {SHADING: light < -1, HIGHLIGHT: light > 1, COLOR: np.abs(gap).max() > 4}[fill]
            right, wrong = right + bool(agrees), wrong + (not agrees)
    assert right >= 10
    assert wrong <= 0.05 * (right + wrong)


def test_books_lie_where_the_cel_mask_is_zero_and_end_in_a_book_line(shots):
    for shot, kind in zip(shots, KINDS, strict=True):
        books = np.isin(shot.douga, (BOOK, BOOK_LINE))
        assert not (books & (shot.cel == 1)).any()
        if kind != "book":
            assert not books.any()
            continue
        assert (shot.douga == BOOK).sum() > 1000
        edge = _grown(shot.cel == 1) & (shot.cel == 0) & books
        assert (shot.douga[edge] == BOOK_LINE).mean() > 0.95


def test_painted_cels_have_flat_colours_bounded_by_the_dougas_lines() -> None:
    show, rng = design_show("x", np.random.default_rng([3, 0])), np.random.default_rng([3, 0, 1])
    plan = plan_cut(show, "c", "talk", 4, SIZE, rng)
    renderer = CutRenderer(show, plan, SIZE, rng)
    shot, paint = renderer.shoot(plan.moments[0]), renderer.painted(plan.moments[0])
    assert np.unique(paint[..., 3]).tolist() == [0, 255]
    assert np.array_equal(paint[..., 3] > 0, shot.cel == 1)
    for fill in (FLAT, *FILLS):
        for region in _regions((shot.douga == fill) & (shot.cel == 1), 200):
            _, counts = np.unique(paint[region], axis=0, return_counts=True)
            assert counts.max() > 0.5 * counts.sum()
    flat = [np.ptp(paint[region], 0).max() == 0 for region in _regions(shot.douga == SHADING, 200)]
    assert np.mean(flat) > 0.9
