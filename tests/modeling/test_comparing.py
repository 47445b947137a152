"""Differences of two models, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.comparing import Pairs, class_ious, compare, frame_figures, wrong_shares
from modeling.judgements import JudgedFrame, join
from modeling.metrics import iou, iou_interval, mean_iou_in_truth

NAMES = ("background", "cel")


def two(right: int, false: int, missed: int, hit: int) -> list[list[int]]:
    return [[right, false], [missed, hit]]


def pairs(cuts: list[str], old: list[list[list[int]]], new: list[list[list[int]]]) -> Pairs:
    return Pairs(cuts, np.array(old, np.int64), np.array(new, np.int64))


def test_pooled_figures_and_their_difference() -> None:
    # old: 5 hit, 5 missed, 10 false: 5 of 20. new: 15 hit, 0 missed, 5 false: 15 of 20
    found = compare(
        pairs(["a", "a"], [two(5, 5, 5, 0), two(5, 5, 0, 5)], [two(10, 0, 0, 5), two(5, 5, 0, 10)]),
        NAMES,
        "iou",
    )
    assert (found.headline.old, found.headline.new, found.headline.value) == (0.25, 0.75, 0.5)
    background, cel = found.classes
    assert (cel.old, cel.new) == (0.25, 0.75)
    assert (background.old, background.new) == (10 / 25, 15 / 20)
    assert (found.frames, found.cuts) == (2, 1)


def test_fewer_than_three_cuts_have_no_interval_and_a_loss_cannot_be_excluded() -> None:
    better = [two(9, 1, 0, 10)] * 2
    found = compare(pairs(["a", "b"], [two(5, 5, 5, 5)] * 2, better), NAMES, "iou").headline
    assert (found.interval, found.old_interval) == (None, None)
    assert found.may_lose
    assert not found.gains


def test_what_a_cut_does_to_both_cancels() -> None:
    # cuts differ wildly (4 of 10 and 8 of 10), the new model meets one pixel more in each
    old, new = [two(9, 0, 6, 4), two(9, 0, 2, 8)], [two(9, 0, 5, 5), two(9, 0, 1, 9)]
    found = compare(pairs(["a", "b"] * 3, old * 3, new * 3), NAMES, "iou").headline
    assert found.interval is None, "two cuts"
    four = compare(pairs(list("abcd"), old * 2, new * 2), NAMES, "iou").headline
    assert four.interval is not None
    assert (four.interval.low, four.interval.high) == pytest.approx((0.1, 0.1))
    assert four.old_interval is not None
    assert (four.old_interval.low, four.old_interval.high) == pytest.approx((0.4, 0.8))
    assert four.gains
    assert not four.may_lose


def test_one_cut_that_lost_among_gains_reaches_below_zero() -> None:
    # difference a cut: +0.2, +0.2, -0.5; pooled -0.1 / 3
    old = [two(0, 0, 5, 5), two(0, 0, 5, 5), two(0, 0, 2, 8)]
    new = [two(0, 0, 3, 7), two(0, 0, 3, 7), two(0, 0, 7, 3)]
    found = compare(pairs(list("abc"), old, new), NAMES, "iou").headline
    assert found.value == pytest.approx(-0.1 / 3)
    assert found.interval is not None
    # all three draws of one cut come up in more than a fortieth of the draws
    assert (found.interval.low, found.interval.high) == pytest.approx((-0.5, 0.2))
    assert found.may_lose
    assert not found.loses


def test_a_class_that_is_not_drawn_has_no_difference() -> None:
    counts = np.array([[[6, 2, 0], [0, 4, 0], [0, 0, 0]]], np.int64)
    found = compare(Pairs(["a"], counts, counts), ("flat", "line", "fill"), "mean_iou")
    assert [row.value for row in found.classes] == [0, 0, None]
    assert found.headline.old == pytest.approx((6 / 8 + 4 / 6) / 2)


def test_figures_are_those_of_reports() -> None:
    rng = np.random.default_rng(3)
    counts = rng.integers(0, 50, (6, 2, 2))
    cuts = list("aabbcd")
    found = compare(Pairs(cuts, counts, counts), NAMES, "iou").headline
    assert found.old == pytest.approx(iou(counts.sum(0)))
    assert found.old_interval == pytest.approx(iou_interval(list(counts), cuts))
    many = rng.integers(0, 9, (5, 4, 4))
    many[2, 1] = 0
    expected = [mean_iou_in_truth(each, "abcd")[0] for each in many]
    assert frame_figures(many, "mean_iou").tolist() == pytest.approx(expected)
    assert np.isnan(class_ious(many[2])[1])


def test_a_frame_by_itself() -> None:
    counts = np.array([two(6, 0, 2, 2), two(10, 0, 0, 0), two(0, 0, 0, 0)], np.int64)
    assert frame_figures(counts, "iou").tolist() == [0.5, 1, 1]
    assert wrong_shares(counts).tolist() == pytest.approx([0.2, 0, 0])
    assert np.isnan(frame_figures(counts, "mean_iou")[2])


def frame(key: str, label: str = "l", picture: str = "") -> JudgedFrame:
    picture = picture or key
    counts = two(1, 0, 0, 1)
    return JudgedFrame(key=key, cut="c", production="p", sha256=picture, label_sha256=label, counts=counts)


def test_only_frames_judged_by_both_against_one_label_are_compared() -> None:
    old = [frame("same"), frame("corrected"), frame("gone"), frame("seen"), frame("other", picture="1")]
    new = [frame("same"), frame("corrected", "m"), frame("grown"), frame("seen"), frame("other", picture="2")]
    joined = join(old, new, trained={"seen"})
    assert [one.key for one, _ in joined.frames] == ["same"]
    assert joined.left_out == {"label_changed": 1, "only_old": 2, "trained_on": 1, "only_new": 2}
    assert joined.pairs().cuts == ["p/c"]


def test_frames_without_a_cut_are_drawn_by_themselves() -> None:
    assert frame("k").model_copy(update={"cut": ""}).drawn_with == "p/k"
