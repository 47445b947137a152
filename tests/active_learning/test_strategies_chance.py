"""What strategies that draw by chance promise: the chances they state, and weights that make means right."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest

from active_learning.strategies import STRATEGIES, Pick, PoolView
from active_learning.strategies.class_stratified import EXACT
from active_learning.strategies.weights import gumbel_chance, hajek, horvitz_thompson, take_by_keys, weigh

SCORES = np.array([0.1, 0.6, 0.3, 0.9, 0.2, 0.5, 0.05, 0.7])
CUTS = np.array([0, 0, 0, 0, 1, 1, 2, 2])
CLASS_SCORES = np.array(
    [[0.1, np.nan], [0.5, 0.2], [0.3, np.nan], [0.8, 0.1], [0.2, 0.7], [0.4, np.nan], [0.1, 0.1], [0.6, 0.3]]
)
TRUTH = np.array([5.0, -2.0, 0.5, 3.0, 8.0, 1.0, 7.0, -4.0])
"""What is to be averaged over the eight frames: mean 2.3125."""


def pool(cuts: np.ndarray = CUTS, productions: np.ndarray | None = None) -> PoolView:
    frames = len(cuts)
    zeros = np.zeros(frames, np.int64)
    return PoolView(
        np.arange(frames),
        cuts,
        zeros if productions is None else productions,
        zeros.astype(bool),
        scores={"entropy": SCORES} if frames == len(SCORES) else {},
        class_scores=CLASS_SCORES if frames == len(SCORES) else None,
    )


def pick(
    name: str, view: PoolView, budget: int, seed: int, cap: int | None = None, **params: Any
) -> list[Pick]:
    strategy = STRATEGIES[name]
    rng = np.random.default_rng(seed)
    return strategy.select(
        view, budget=budget, rng=rng, cap_per_cut=cap, params=strategy.params.model_validate(params)
    )


def test_horvitz_thompson_by_hand() -> None:
    values, chances = np.array([3.0, 10.0]), np.array([0.5, 0.25])
    # 3 stands for 2 frames and 10 for 4: 6 + 40 over ten frames, or over the six they stand for.
    assert horvitz_thompson(values, chances, 10) == pytest.approx(4.6)
    assert hajek(values, chances) == pytest.approx(46 / 6)
    picks = weigh([Pick(1, None, "", 0.5), Pick(2, None, "", 0.25), Pick(3, None, "")], 10)
    assert [pick.weight for pick in picks] == [pytest.approx(0.6), pytest.approx(1.2), None]
    for wrong in (np.array([0.0, 0.5]), np.array([0.5, 1.5]), np.array([0.5])):
        with pytest.raises(ValueError, match="one probability"):
            horvitz_thompson(values, wrong, 10)


def test_thresholds_by_hand() -> None:
    keys, cuts = np.array([9.0, 8.0, 7.0, 6.0, 5.0, -np.inf]), np.array([0, 0, 0, 1, 2, 2])
    from active_learning.strategies.base import Call

    rng = np.random.default_rng(0)
    taken, thresholds = take_by_keys(keys, cuts, Call(2, rng))
    assert (taken.tolist(), thresholds.tolist()) == ([0, 1], [7.0, 7.0])
    # Cut 0 is full with 9: what it turns away (8) is above what the budget turns away (5).
    taken, thresholds = take_by_keys(keys, cuts, Call(2, rng, 1))
    assert (taken.tolist(), thresholds.tolist()) == ([0, 3], [8.0, 5.0])
    taken, thresholds = take_by_keys(keys, cuts, Call(9, rng))
    assert taken.tolist() == [0, 1, 2, 3, 4]
    assert np.isneginf(thresholds).all()
    # exp(-exp(0)) of all standard Gumbel noise lies below 0.
    chances = gumbel_chance(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, -np.inf]))
    assert chances == pytest.approx([1 - np.exp(-1), 1 - np.exp(-1), 1])


NOISY = [
    ("random", None, {}),
    ("random", 1, {}),
    ("stratified_random", 2, {}),
    ("power_entropy", None, {}),
    ("power_entropy", 1, {"strength": 2.0}),
    ("power_entropy", None, {"noise": "softmax", "strength": 3.0}),
    ("power_entropy", 2, {"noise": "softrank"}),
    ("class_stratified", None, {}),
    ("class_stratified", 1, {"strength": 0.5}),
    ("class_stratified", 2, {"noise": "softmax"}),
]


@pytest.mark.parametrize(("name", "cap", "params"), NOISY)
def test_weighted_means_are_unbiased(name: str, cap: int | None, params: dict[str, Any]) -> None:
    view, budget = pool(), 3
    estimates = []
    for seed in range(2000):
        picks = pick(name, view, budget, seed, cap, **params)
        values, chances = TRUTH[[p.frame_id for p in picks]], np.array([p.probability for p in picks])
        estimates.append(horvitz_thompson(values, chances, len(view)))
        weights = np.array([p.weight for p in picks])
        assert np.mean(values * weights) == pytest.approx(estimates[-1])
    error = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates) - TRUTH.mean()) < 4 * error


def test_power_draws_in_proportion() -> None:
    view, draws = pool(), 2000
    for strength in (1.0, 3.0):
        first = Counter(
            pick("power_entropy", view, 1, seed, strength=strength)[0].frame_id for seed in range(draws)
        )
        expected = SCORES**strength / (SCORES**strength).sum()
        assert [first[i] / draws for i in range(8)] == pytest.approx(expected, abs=0.04)


def test_power_without_strength_is_plain_chance_and_with_much_the_order() -> None:
    view = pool()
    seen = Counter(pick("power_entropy", view, 1, seed, strength=0)[0].frame_id for seed in range(800))
    assert min(seen.values()) > 60
    order = np.argsort(-SCORES).tolist()
    for noise, strength in (("power", 1000), ("softmax", 1000), ("softrank", 1000)):
        picks = pick("power_entropy", view, 4, 0, noise=noise, strength=strength)
        assert [p.frame_id for p in picks] == order[:4]


def test_classes_take_turns() -> None:
    # Nearly without noise: class 0 takes frame 3 (0.8), class 1 frame 4 (0.7), 0 frame 7 (0.6), 1 frame 1 (0.2).
    picks = pick("class_stratified", pool(), 4, 0, strength=1000)
    assert {picks[0].frame_id, picks[1].frame_id} == {3, 4}
    assert {picks[2].frame_id, picks[3].frame_id} == {7, 1}
    # With one a cut, 3 fills cut 0 and 4 cut 1; then frame 7 is both classes' best.
    assert {p.frame_id for p in pick("class_stratified", pool(), 4, 0, cap=1, strength=1000)} == {3, 4, 7}


def test_one_class_has_the_chances_of_plain_power_sampling() -> None:
    both = pool()
    one = PoolView(
        both.frame_ids,
        both.cuts,
        both.productions,
        both.labelled,
        class_scores=SCORES[:, None],
        scores=both.scores,
    )
    for seed, cap in [(0, None), (1, 1), (2, 2)]:
        keys = np.log(SCORES) + np.random.default_rng(seed).gumbel(size=8)
        rng = np.random.default_rng(seed)
        rng.permutation(1)
        keys = np.log(SCORES) + rng.gumbel(size=8)
        from active_learning.strategies.base import Call

        taken, thresholds = take_by_keys(keys, CUTS, Call(3, rng, cap))
        picks = pick("class_stratified", one, 3, seed, cap)
        assert [p.frame_id for p in picks] == taken.tolist()
        assert [p.probability for p in picks] == pytest.approx(
            gumbel_chance(np.log(SCORES)[taken], thresholds).tolist()
        )


def test_beyond_so_many_picks_no_chance_is_stated() -> None:
    frames = EXACT + 50
    view = PoolView(*(np.arange(frames),) * 3, np.zeros(frames, bool), class_scores=np.full((frames, 2), 0.5))
    picks = pick("class_stratified", view, EXACT + 1, 0)
    assert len(picks) == EXACT + 1
    assert {(p.probability, p.weight) for p in picks} == {(None, None)}


def test_stratified_takes_turns_over_productions_then_cuts() -> None:
    # One production of a cut of 3 frames, another of cuts of 2, 4 and 10.
    cuts = np.repeat([9, 10, 11, 12], [3, 2, 4, 10])
    view = pool(cuts, np.repeat([7, 8], [3, 16]))
    counts: Counter[int] = Counter()
    chance: dict[int, set[float]] = defaultdict(set)
    for seed in range(1000):
        picks = pick("stratified_random", view, 8, seed)
        taken = Counter(cuts[p.frame_id] for p in picks)
        assert taken[9] == 3, "production 7 gives all it has, 8 the other five"
        assert sorted(taken[cut] for cut in (10, 11, 12)) == [1, 2, 2]
        counts.update(p.frame_id for p in picks)
        for p in picks:
            chance[p.frame_id].add(p.probability or 0)
    # Five picks of three cuts: one each, and two of the three cuts a second: 5/3 of 2, of 4, of 10 frames.
    assert chance[0] == {1.0}
    for frame, expected in ((3, 5 / 6), (5, 5 / 12), (9, 5 / 30)):
        assert list(chance[frame]) == [pytest.approx(expected)]
        assert counts[frame] / 1000 == pytest.approx(expected, abs=0.05)


def test_stratified_splits_an_odd_budget_by_chance() -> None:
    # Three picks of two productions: one gets two, by chance; the long one does not get more.
    view = pool(np.arange(100), np.repeat([0, 1], [10, 90]))
    first = [sum(p.frame_id < 10 for p in pick("stratified_random", view, 3, seed)) for seed in range(400)]
    assert set(first) == {1, 2}
    assert np.mean(first) == pytest.approx(1.5, abs=0.1)
    for p in pick("stratified_random", view, 3, 0):
        assert p.probability == pytest.approx(1.5 / 10 if p.frame_id < 10 else 1.5 / 90)
