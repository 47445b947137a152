"""What strategies that rank by scores promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from active_learning.strategies import STRATEGIES, Pick, PoolView
from active_learning.strategies.by_score import BY_SCORE
from active_learning.strategies.kugler import KuglerParams
from active_learning.strategies.ranking import occurrence, ranked, take

SINGLE = pytest.mark.parametrize("name", [strategy.name for strategy in BY_SCORE])


def pool(frames: int, **arrays: Any) -> PoolView:
    zeros = np.zeros(frames, np.int64)
    fixed = {
        "frame_ids": np.arange(frames),
        "cuts": zeros,
        "productions": zeros,
        "labelled": zeros.astype(bool),
    }
    return PoolView(**{**fixed, **arrays})


def pick(name: str, view: PoolView, budget: int, cap: int | None = None, **params: Any) -> list[Pick]:
    strategy = STRATEGIES[name]
    parsed = strategy.params.model_validate(params)
    return strategy.select(view, budget=budget, rng=np.random.default_rng(0), cap_per_cut=cap, params=parsed)


def ids(picks: list[Pick]) -> list[int]:
    return [p.frame_id for p in picks]


@SINGLE
def test_top_of_a_score_is_its_top(name: str) -> None:
    """MONAI Label's top-K takes the first K, not the best: the mean of its picks is that of chance."""
    rng = np.random.default_rng(0)
    scores = np.round(rng.random(1000), 2)  # many ties
    scores[::7] = np.nan
    view = pool(1000, scores={name: scores}, labelled=np.arange(1000) < 50)
    expected = sorted((i for i in range(50, 1000) if i % 7), key=lambda i: (-scores[i], i))[:60]
    picks = pick(name, view, 60)
    assert ids(picks) == expected
    assert [p.utility for p in picks] == [scores[i] for i in expected]
    assert np.mean([p.utility for p in picks if p.utility]) > 0.9
    assert "rank 60 of" in picks[-1].reason


@SINGLE
def test_names_the_rank_of_a_pick_behind_a_full_cut(name: str) -> None:
    view = pool(4, scores={name: np.array([0.9, 0.8, 0.7, 0.1])}, cuts=np.array([0, 0, 0, 1]))
    picks = pick(name, view, 2, cap=1)
    assert ids(picks) == [0, 3]
    assert "rank 4 of 4" in picks[1].reason


def test_take_and_its_counts_by_hand() -> None:
    from active_learning.strategies.base import Call

    assert occurrence(np.array([7, 7, 3, 7, 3])).tolist() == [0, 1, 0, 2, 1]
    cuts, used = np.array([0, 0, 0, 1, 1, 2]), {1: 1}
    call = Call(4, np.random.default_rng(0), 2)
    assert take(np.arange(6), cuts, call, used).tolist() == [0, 1, 3, 5]
    assert used == {0: 2, 1: 2, 2: 1}
    view = pool(4, scores={"s": np.array([0.5, np.nan, 0.7, 0.5])}, frame_ids=np.array([8, 1, 5, 2]))
    assert ranked(view, view.scores["s"]).tolist() == [2, 3, 0]


def test_kugler_takes_both_ends() -> None:
    entropy = np.random.default_rng(0).random(100)
    view, order = pool(100, scores={"entropy": entropy}), np.argsort(-entropy).tolist()
    picks = pick("kugler", view, 8, confident_share=0.25)
    assert ids(picks) == order[:6] + order[::-1][:2]
    assert picks[0].reason.startswith("Least confident")
    assert picks[-1].reason.startswith("Most confident")
    with pytest.raises(ValidationError):
        KuglerParams(confident_share=1.5)
    same = pool(6, scores={"entropy": np.full(6, 0.3)})
    assert ids(pick("kugler", same, 4)) == [0, 1, 2, 3], "ties by frame id at both ends"


def test_density_prefers_what_others_resemble() -> None:
    # Three frames in one direction, one alone; the lonely one is the least sure.
    embedding = np.array([[1, 0], [2, 0], [1, 0], [0, 1]], np.float16)
    scores = np.array([0.5, 0.6, 0.4, 0.7])
    view = pool(4, features={"embedding": embedding}, scores={"entropy": scores})
    picks = pick("density_weighted", view, 4)
    # Similarities 3/4, 3/4, 3/4 and 1/4.
    assert ids(picks) == [1, 0, 2, 3]
    assert [p.utility for p in picks] == pytest.approx([0.45, 0.375, 0.3, 0.175])
    assert ids(pick("density_weighted", view, 4, power=0)) == [3, 1, 0, 2]


def test_hard_classes_take_turns_from_the_worst() -> None:
    shares = np.array([[0.9, 0.1, 0.0], [0.5, 0.0, 0.5], [0.7, 0.3, 0.0], [1.0, 0.0, 0.0], [0.8, 0.0, 0.2]])
    view = pool(
        5, class_shares=shares, class_quality=np.array([0.9, 0.3, 0.2]), class_names=("paper", "line", "fill")
    )
    picks = pick("hard_classes", view, 4)
    assert ids(picks) == [1, 2, 4, 0], "fill 0.5, line 0.3, fill 0.2, line 0.1; frame 3 shows neither"
    assert picks[0].reason == "Fill covers 50.00% of it, and the last model's IoU there is 0.20"
    assert ids(pick("hard_classes", view, 4, classes=1)) == [1, 4]
    assert ids(pick("hard_classes", view, 1, classes=3)) == [1]


def test_hard_classes_pass_over_unknown_quality() -> None:
    shares = np.array([[0.5, 0.5], [0.9, 0.1]])
    view = pool(2, class_shares=shares, class_quality=np.array([0.9, np.nan]))
    assert ids(pick("hard_classes", view, 1)) == [1]
    unknown = pool(2, class_shares=shares, class_quality=np.array([np.nan, np.nan]))
    assert pick("hard_classes", unknown, 1) == []
