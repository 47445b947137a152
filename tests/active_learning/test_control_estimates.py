"""Strategy picks against control picks, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from active_learning.control.estimates import (
    Outcomes,
    arm_weights,
    draft_quality,
    mended_an_hour,
    pool_quality,
    seconds_a_frame,
    wrong_pixels,
)

NAN = float("nan")


def outcomes(rows: list[tuple[str, int, int, int, float]]) -> Outcomes:
    """Rows are (arm, round, cut, wrong of ten cel pixels, seconds); frames have ten pixels of background beside."""
    counts = [[[10, 0], [wrong, 10 - wrong]] for _, _, _, wrong, _ in rows]
    return Outcomes(
        np.array([arm == "control" for arm, *_ in rows]),
        np.array([row[1] for row in rows]),
        np.array([row[1] for row in rows]),
        np.array([row[2] for row in rows]),
        np.array(counts, float),
        np.array([row[4] for row in rows], float),
        np.array([1.0 if arm == "control" else NAN for arm, *_ in rows]),
    )


def test_control_picks_weigh_as_their_selections_do_among_the_strategys() -> None:
    control = np.array([False] * 4 + [True] * 2 + [False] * 8 + [True] * 2 + [True, False])
    rounds = np.array([1] * 6 + [2] * 10 + [3, 4])
    weights = arm_weights(control, rounds)
    assert weights[control].tolist() == pytest.approx([2 / 3, 2 / 3, 4 / 3, 4 / 3, 0])
    assert weights[~control].tolist() == [1] * 12 + [0]


def test_arms_are_compared_by_pooled_drafts_seconds_and_what_an_hour_mends() -> None:
    """The strategy's drafts miss 4 and 2 of 10 cel pixels, the control's 1 and 1: an IoU of 14/20 against 18/20."""
    seen = outcomes(
        [
            ("strategy", 2, 1, 4, 30.0),
            ("strategy", 2, 2, 2, 10.0),
            ("control", 2, 1, 1, 20.0),
            ("control", 2, 3, 1, NAN),
        ]
    )
    quality = draft_quality(seen, "iou")
    assert (quality.strategy, quality.control) == (14 / 20, 18 / 20)
    assert (quality.interval, quality.verdict) == (None, "undecided"), "two cuts give no interval"
    wrong = wrong_pixels(seen)
    assert (wrong.strategy, wrong.control) == (pytest.approx(6 / 40), pytest.approx(2 / 40))
    seconds = seconds_a_frame(seen)
    assert (seconds.strategy, seconds.control, seconds.controls) == (20, 20, 1)
    mended = mended_an_hour(seen)
    assert mended.strategy == pytest.approx((0.2 + 0.1) / (40 / 3600))
    assert mended.control == pytest.approx(0.05 / (20 / 3600))


def test_a_clear_difference_is_decided_and_none_is_not() -> None:
    cuts = range(8)
    clear = [("strategy", 1, cut, 6 + cut % 2, 10.0) for cut in cuts]
    clear += [("control", 1, cut, 1 + cut % 2, 10.0) for cut in cuts]
    assert draft_quality(outcomes(clear), "iou").verdict == "less"
    assert wrong_pixels(outcomes(clear)).verdict == "more"
    alike = [
        (arm, 1, cut, (cut * 3 + shift) % 4, 10.0)
        for arm, shift in (("strategy", 0), ("control", 1))
        for cut in cuts
    ]
    assert draft_quality(outcomes(alike), "iou").verdict == "undecided"


def test_another_model_each_round_does_not_pass_for_a_difference() -> None:
    """Round 1 drafts miss 8, round 2 drafts 0, alike in both arms; only the control's share changed."""
    rows = [("strategy", 1, cut, 8, 1.0) for cut in range(9)] + [("control", 1, 0, 8, 1.0)]
    rows += [("strategy", 2, cut, 0, 1.0) for cut in range(5)] + [
        ("control", 2, cut, 0, 1.0) for cut in range(5)
    ]
    found = wrong_pixels(outcomes(rows))
    assert found.difference == pytest.approx(0)


def test_the_pools_quality_is_that_of_the_control_picks_alone() -> None:
    seen = outcomes([("strategy", 3, 1, 9, 1.0), ("control", 3, 1, 2, 1.0), ("control", 3, 2, 0, 1.0)])
    found = pool_quality(seen, "iou")
    assert (found.value, found.frames, found.cuts, found.interval) == (18 / 20, 2, 2, None)


def test_a_pick_of_known_chance_counts_for_the_frames_it_stands_for() -> None:
    seen = outcomes([("strategy", 3, 1, 5, 1.0), ("control", 3, 1, 2, 1.0), ("control", 3, 2, 0, 1.0)])
    seen.weights[0] = 0.25  # taken four times as often as evenly
    # right: 5/4 + 8 + 10 of 10/4 + 10 + 10 cel pixels
    found = pool_quality(seen, "iou")
    assert (found.value, found.frames) == (pytest.approx(19.25 / 22.5), 3)


def test_without_drafts_or_an_arm_nothing_is_claimed() -> None:
    seen = outcomes([("strategy", 1, 1, 0, NAN), ("strategy", 1, 2, 0, NAN)])
    assert draft_quality(seen, "iou").difference is None
    seen.counts[:] = np.nan
    assert pool_quality(seen, "iou").value is None
    assert seconds_a_frame(seen).picks == 0
