"""Evenness of classes and styles against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from datasets.balance import class_balance, divergence, effective, styles_of
from datasets.statistics import LabelSums


@pytest.mark.parametrize(
    ("counts", "number"), [([4, 4, 4], 3.0), ([9, 0], 1.0), ([0, 0], 0.0), ([2, 1, 1], 2**1.5)]
)
def test_effective_number_of_groups(counts: list[int], number: float) -> None:
    assert effective(np.array(counts)) == pytest.approx(number)


@pytest.mark.parametrize(
    ("one", "other", "bits"),
    [
        ([3, 1], [30, 10], 0.0),
        ([5, 0], [0, 2], 1.0),
        ([1, 1], [0, 0], None),
        # Mean (3/4, 1/4): 1/2 log 2/3 + 1/2 log 2 for the first, log 4/3 for the other, halved.
        ([1, 1], [7, 0], 0.5 * (0.5 * np.log2(2 / 3) + 0.5) + 0.5 * np.log2(4 / 3)),
    ],
)
def test_divergence_in_bits(one: list[int], other: list[int], bits: float | None) -> None:
    found = divergence(np.array(one), np.array(other))
    assert found == (None if bits is None else pytest.approx(bits, abs=1e-9))


def test_classes_by_side() -> None:
    train, test = LabelSums("cel"), LabelSums("cel", uncounted=1, labelled=1)
    train.add([60, 20], 20)
    train.add([0, 80], 0)
    test.add([10, 0], 0)
    found = class_balance({"train": train, "test": test})
    assert [(row["train"], row["test"]) for row in found["classes"]] == [(60 / 160, 1.0), (100 / 160, 0.0)]
    assert found["labels"] == {"train": 2, "test": 1}, "what nobody counted is in no figure"


def test_a_side_without_labels_has_no_shares() -> None:
    found = class_balance({"train": LabelSums("cel"), "test": LabelSums("cel")})
    assert found["classes"][1]["train"] is None
    assert found["divergence"] is None


def test_styles_are_groups_of_the_pool() -> None:
    # Three heaps of 6, 3 and 1; nothing is trained on the one of 3.
    pool = np.array([[0, n] for n in range(6)] + [[500, n] for n in range(3)] + [[0, 900]])
    train, test = pool[[1, 9]], pool[[2, 3, 7]]
    styles = styles_of(pool, train, test, groups=3)
    assert {name: counts.tolist() for name, counts in styles.counts.items()} == {
        "pool": [6, 3, 1],
        "train": [1, 0, 1],
        "test": [2, 1, 0],
    }
    assert styles.typical[1:] == [7, 9]
    assert styles.typical[0] in (2, 3), "nearest the middle of 0 to 5"
    assert styles.left_out() == 0.3


def test_no_more_styles_than_frames_that_differ() -> None:
    styles = styles_of(np.ones((5, 2)), np.ones((1, 2)), np.empty((0, 2)))
    assert styles.counts["pool"].tolist() == [5]
    assert styles.counts["test"].tolist() == [0]
