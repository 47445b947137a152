"""Confusion tables of a 2 x 4 douga worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.douga.classes import FILLS, LINES, NAMES
from modeling.douga.tables import EDGES_AREAS, confusion_table, headline, lines_against_areas
from modeling.labels import IGNORE
from modeling.metrics import confusion

TRUTH = np.array([[1, 0, 0, 2], [0, 6, 5, IGNORE]], np.uint8)
GUESS = np.array([[2, 0, 1, 0], [0, 6, 5, 1]], np.uint8)
COUNTS = confusion(TRUTH, GUESS, 10)


def test_lines_and_fills_are_the_ten_classes() -> None:
    assert LINES == (1, 2, 3, 4, 5)
    assert FILLS == (0, 6, 7, 8, 9)


def test_shares_sum_to_one_and_name_recall_and_precision() -> None:
    table = confusion_table(COUNTS)
    assert table.shares.sum() == pytest.approx(1)
    assert (table.pixels, table.left_out) == (7, 0)
    assert table.accuracy == pytest.approx(4 / 7)
    assert table.shares[1, 2] == pytest.approx(1 / 7)
    # flat area: three true, two of them found; three predicted, two of them right
    assert (table.recall[0], table.precision[0]) == (pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert (table.recall[7], table.precision[7]) == (None, None)


def test_books_left_out_as_in_the_thesis() -> None:
    table = confusion_table(COUNTS, without=("book_line", "book_fill"))
    assert len(table.names) == 8
    assert table.shares.sum() == pytest.approx(1)
    assert table.left_out == pytest.approx(1 / 7)


def test_no_pixels_no_shares() -> None:
    table = confusion_table(np.zeros((10, 10), np.int64))
    assert table.shares.sum() == 0
    assert table.accuracy is None


def test_lines_against_areas() -> None:
    # edges: 1 -> 2 and 5 -> 5 are edges, 2 -> 0 is an area; areas: one 0 -> 1, and 0, 0, 6 found
    counts = lines_against_areas(COUNTS)
    assert counts.tolist() == [[2, 1], [1, 3]]
    table = confusion_table(counts, EDGES_AREAS)
    assert table.shares.sum() == pytest.approx(1)
    assert table.recall == (pytest.approx(2 / 3), pytest.approx(3 / 4))


def test_markdown_in_per_cent() -> None:
    counts = np.array([[9990, 5], [0, 5]])
    assert confusion_table(counts, EDGES_AREAS).as_markdown().splitlines() == [
        "| True class | edges | areas | recall |",
        "| --- | ---: | ---: | ---: |",
        "| edges | 99.9 | <0.1 | 99.9 |",
        "| areas | 0.0 | <0.1 | 100.0 |",
        "| precision | 100.0 | 50.0 |  |",
    ]


def test_json_holds_plain_numbers() -> None:
    json = confusion_table(lines_against_areas(COUNTS), EDGES_AREAS).as_json()
    assert json["shares"] == [pytest.approx([2 / 7, 1 / 7]), pytest.approx([1 / 7, 3 / 7])]


def test_both_rules_of_the_mean_name_their_absent_classes() -> None:
    truth = np.array([[0, 0, 1, 1]], np.uint8)
    guess = np.array([[0, 3, 1, 1]], np.uint8)
    found = headline(confusion(truth, guess, 10))
    # flat area 1 of 2, visible line 2 of 2; the colour edge is only predicted
    assert found["mean_iou"] == pytest.approx((1 / 2 + 1) / 2)
    assert found["mean_iou_either"] == pytest.approx((1 / 2 + 1 + 0) / 3)
    absent = [name for name in NAMES if name not in ("flat_area", "visible_line")]
    assert found["absent"] == absent
    assert found["absent_either"] == [name for name in absent if name != "color_edge"]
