"""What a bucket would fill."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.errors import UserError
from modeling.paint.graph import make_graph
from modeling.paint.regions import NONE, find_regions
from tests.modeling.paint.drawn import at, boxes, graph_of, text


def test_a_diagonal_line_one_pixel_wide_parts_two_regions() -> None:
    classes = np.eye(8, dtype=np.uint8)
    found = find_regions(classes)
    assert found.areas.tolist() == [28, 28]
    assert (found.labels[np.eye(8, dtype=bool)] == NONE).all()


def test_every_line_class_bounds_and_fills_that_touch_are_two() -> None:
    found = find_regions(text("..1..2..3..4..5..", "..1..2..3..4..5..", "..1..2..3..4..5.."))
    assert found.areas.tolist() == [6] * 6
    found = find_regions(text("..66", "..66", "??66"))
    assert sorted(zip(found.fills.tolist(), found.areas.tolist(), strict=True)) == [(0, 4), (6, 6)]


@pytest.mark.parametrize(
    ("wide", "gap", "count"), [(2, 0, 1), (2, 2, 2), (2, 4, 2), (3, 1, 1), (3, 2, 1), (3, 3, 2), (1, 1, 2)]
)
def test_a_passage_is_closed_up_to_the_gap(wide: int, gap: int, count: int) -> None:
    classes = boxes((24, 40), (2, 2, 21, 20))
    classes[10 : 10 + wide, 20] = 0
    found = find_regions(classes, gap=gap)
    assert len(found) == count
    assert int((found.labels == NONE).sum()) == int((classes == 1).sum())


def test_what_is_too_small_for_a_core_stays_a_region() -> None:
    classes = boxes((24, 40), (2, 2, 21, 20), (8, 30, 10, 32))
    assert len(find_regions(classes, gap=6)) == len(find_regions(classes)) == 3


def test_a_gap_beyond_all_sense_is_refused() -> None:
    with pytest.raises(UserError) as caught:
        find_regions(np.zeros((8, 8), np.uint8), gap=-1)
    assert caught.value.code == "paint_gap"


def test_places_and_borders_by_the_kind_of_line() -> None:
    graph = graph_of(text("...#...2...", "...#...2...", "...#...2..."))
    left, middle, right = (at(graph, x, 1) for x in (1, 5, 9))
    assert graph.centers[[left, middle, right]].tolist() == [[1, 1], [5, 1], [9, 1]]
    assert graph.box[middle].tolist() == [4, 0, 7, 3]
    assert graph.borders[1][left, middle] == graph.borders[1][middle, left] == 3
    assert graph.borders[2][middle, right] == 3
    assert graph.borders[1][middle, right] == graph.borders[2][left, middle] == 0


def test_drawings_without_lines_and_without_regions() -> None:
    empty = np.zeros((8, 8), np.uint8)
    assert len(graph_of(empty)) == 1
    black = np.ones((8, 8), np.uint8)
    graph = make_graph(black, find_regions(black))
    assert len(graph) == 0
    assert (graph.territory == NONE).all()


def test_shapes_are_alike_at_any_size_and_place() -> None:
    graph = graph_of(boxes((80, 120), (2, 2, 12, 12), (20, 40, 60, 80), (4, 90, 9, 118)))
    small, large, flat = (at(graph, x, y) for x, y in ((6, 6), (60, 40), (100, 6)))
    likeness = graph.shapes @ graph.shapes.T
    assert likeness[small, large] > 0.97
    assert likeness[small, flat] < 0.8
