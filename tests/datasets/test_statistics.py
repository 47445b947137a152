"""Histograms against counts made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from datasets.services.tallies import tally_of
from datasets.statistics import FrameSum, LabelSums, share_bin, statistics_of
from modeling.labels import Entry, get_kind


def test_a_tally_counts_classes_and_tells_the_ignored_apart() -> None:
    label_map = np.array([[0, 0, 1, 1], [1, 255, 255, 0]], np.uint8)
    assert tally_of(label_map, get_kind("cel")) == ([3, 3], 6, 3, 2)


def test_further_and_added_colours_count_as_their_class() -> None:
    kind = get_kind("douga").extended([Entry(20, "123456", 6, "shade 2")])
    label_map = np.array([[1, 10, 20, 6, 0]], np.uint8)  # 10 is the second colour of visible_line
    counts = [1, 2, 0, 0, 0, 0, 2, 0, 0, 0]
    assert tally_of(label_map, kind) == (counts, 5, 4, 0)


@pytest.mark.parametrize(
    ("drawn", "counted", "number"),
    [(0, 7, 0), (1, 20, 1), (49, 1000, 0), (50, 1000, 1), (19, 20, 19), (7, 7, 19)],
)
def test_a_share_lies_in_its_twentieth(drawn: int, counted: int, number: int) -> None:
    assert share_bin(drawn, counted) == number


def test_sizes_are_told_most_common_first_and_the_rest_is_pooled() -> None:
    rows = [FrameSum(1920, 1080, 1998, 30), FrameSum(1440, 1080, 1965, 4), FrameSum(1920, 1080, 2015, 12)]
    rows += [FrameSum(100 + n, 50, None, 1) for n in range(11)]
    made = statistics_of(rows, [])
    assert made["frames"] == 57
    assert made["resolutions"][:2] == [
        {"width": 1920, "height": 1080, "frames": 42},
        {"width": 1440, "height": 1080, "frames": 4},
    ]
    assert [row["width"] for row in made["resolutions"][2:]] == [110, 109, 108, 107, 106, 105, 104, 103]
    assert made["other_resolutions"] == {"resolutions": 3, "frames": 3}
    assert made["years"] == [
        {"year": 1965, "frames": 4},
        {"year": 1998, "frames": 30},
        {"year": 2015, "frames": 12},
    ]
    assert made["frames_of_unknown_year"] == 11


def test_shares_of_classes_are_of_what_is_not_ignored() -> None:
    sums = LabelSums("cel")
    sums.add([60, 20], 20)  # a quarter cel: bin 5
    sums.add([0, 100], 0)  # all cel: the last bin
    sums.add([0, 0], 100)  # nothing to say
    [made] = statistics_of([], [sums])["labels"]
    assert [(c["name"], c["pixels"], c["share"]) for c in made["classes"]] == [
        ("background", 60, 60 / 180),
        ("cel", 120, 120 / 180),
    ]
    assert (made["ignored"], made["ignored_share"]) == (120, 120 / 300)
    assert made["drawn"]["name"] == "cel"
    assert made["drawn"]["bins"] == [0] * 5 + [1] + [0] * 13 + [1]
    assert made["drawn"]["blank"] == 1
    assert made["scale"] == "linear"


def test_kinds_with_lines_are_shown_on_a_log_scale_and_empty_ones_not_at_all() -> None:
    lines = LabelSums("douga")
    lines.add([9, 1, *[0] * 8], 0)
    [made] = statistics_of([], [LabelSums("cel"), lines])["labels"]
    assert (made["kind"], made["scale"], made["drawn"]["name"]) == ("douga", "log", "anything but flat_area")


def test_nothing_is_nothing() -> None:
    made = statistics_of([], [])
    assert made["frames"] == 0
    assert made["resolutions"] == made["years"] == made["labels"] == []
