"""Counts by hand, and the baselines."""

from __future__ import annotations

import numpy as np

from modeling.paint.baselines import largest_overlap, nearest_center
from modeling.paint.measures import PaintCounts, count
from modeling.paint.sampling import UNPAINTED
from tests.modeling.paint.drawn import at, boxes, graph_of, painted


def test_counts_by_hand() -> None:
    """Four regions of 4 by 5: right, wrong, open with a right guess, not known; a speck; the plate."""
    classes = boxes((20, 40), *((2, x, 7, x + 7) for x in (1, 9, 17, 25)), (12, 2, 15, 4))
    classes[17:19, 20:30] = 9
    graph = graph_of(classes)
    places = {
        (4, 4): (1, 1),
        (12, 4): (2, 1),
        (20, 4): (UNPAINTED, 3),
        (28, 4): (1, UNPAINTED),
        (3, 13): (2, 2),
    }
    values, truth = np.zeros(len(graph), np.uint16), np.zeros(len(graph), np.uint16)
    guesses = np.full(len(graph), UNPAINTED, np.uint16)
    for place, (value, true) in places.items():
        values[at(graph, *place)], truth[at(graph, *place)] = value, true
    values[at(graph, 25, 18)] = 1  # beneath a book: not counted
    guesses[at(graph, 20, 4)] = 3
    found = count(graph, values, truth, np.array([0, 1, 2], np.uint16), guesses)
    box = 4 * 6
    assert found == PaintCounts(
        drawings=1,
        segments=4,
        painted=3,
        right=2,
        guessed=1,
        known=3,
        pixels=3 * box + 2,
        pixels_painted=2 * box + 2,
        pixels_right=box + 2,
        specks=1,
        specks_painted=1,
        specks_right=1,
    )
    assert (found.segment_accuracy, found.coverage, found.forced_accuracy) == (0.5, 0.75, 0.75)
    assert found.precision == 2 / 3
    assert found.pixel_accuracy == (box + 2) / (3 * box + 2)
    assert (found + found).segments == 8
    assert (found + found).precision == 2 / 3
    assert PaintCounts().segment_accuracy is None


def test_baselines_take_what_lay_there_or_nearest() -> None:
    first = boxes((30, 60), (2, 2, 20, 20), (2, 30, 20, 50))
    second = boxes((30, 60), (2, 24, 20, 42), (24, 2, 28, 8))
    source = painted(first, {(10, 10): 1, (40, 10): 2})
    graph = graph_of(second)
    moved, low = at(graph, 33, 10), at(graph, 5, 26)
    assert largest_overlap(source, graph)[[moved, low]].tolist() == [2, 0]
    assert nearest_center(source, graph)[[moved, low]].tolist() == [0, 1]
    nothing = painted(np.ones((30, 60), np.uint8), {})
    assert (
        largest_overlap(nothing, graph).tolist() == nearest_center(nothing, graph).tolist() == [UNPAINTED] * 3
    )
