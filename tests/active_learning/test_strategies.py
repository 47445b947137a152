"""One conformance test over the registry, and what each strategy promises of its own."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from pydantic import ValidationError

from active_learning.strategies import STRATEGIES, Needs, Pick, PoolView, Strategy
from active_learning.strategies.confidence import KuglerParams

ALL = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=list(STRATEGIES))


def make_view(frames: int, *, cuts: int = 10, labelled: int = 0, nan: float = 0.0, seed: int = 0) -> PoolView:
    """A pool of ``frames`` with ids from 1000, the first ``labelled`` of them labelled."""
    rng = np.random.default_rng(seed)
    entropy = rng.random(frames) * np.log(2)
    entropy[rng.random(frames) < nan] = np.nan
    return PoolView(
        frame_ids=np.arange(frames) + 1000,
        cuts=np.arange(frames) % cuts,
        productions=np.zeros(frames, np.int64),
        labelled=np.arange(frames) < labelled,
        features={"edges": rng.integers(0, 256, (frames, 256), np.uint8)},
        scores={"entropy": entropy},
    )


def select(
    strategy: Strategy, view: PoolView, budget: int, cap: int | None = None, seed: int = 0
) -> list[Pick]:
    return strategy.select(view, budget=budget, rng=np.random.default_rng(seed), cap_per_cut=cap)


def ids(picks: list[Pick]) -> list[int]:
    return [pick.frame_id for pick in picks]


@ALL
def test_conforms(strategy: Strategy) -> None:
    view = make_view(300, labelled=40)
    picks = select(strategy, view, 16)
    assert picks == select(strategy, view, 16), "same seed, same picks"
    assert len(set(ids(picks))) == 16, "no duplicates"
    assert set(ids(picks)) <= set(range(1040, 1300)), "inside the pool, never labelled"
    assert all(pick.reason for pick in picks)
    assert all(pick.probability is None or 0 < pick.probability <= 1 for pick in picks)


@ALL
def test_keeps_the_cap(strategy: Strategy) -> None:
    view = make_view(300)
    cuts = Counter((frame - 1000) % 10 for frame in ids(select(strategy, view, 25, cap=2)))
    assert sum(cuts.values()) == 20, "ten cuts give two each and no more"
    assert max(cuts.values()) == 2


@ALL
def test_ignores_the_order_of_rows(strategy: Strategy) -> None:
    view = make_view(120, labelled=10)
    order = np.random.default_rng(5).permutation(120)
    shuffled = PoolView(
        view.frame_ids[order],
        view.cuts[order],
        view.productions[order],
        view.labelled[order],
        {"edges": view.features["edges"][order]},
        {"entropy": view.scores["entropy"][order]},
    )
    assert ids(select(strategy, view, 12)) == ids(select(strategy, shuffled, 12))


@ALL
@pytest.mark.parametrize(("frames", "labelled"), [(0, 0), (5, 5)])
def test_empty_pool_gives_nothing(strategy: Strategy, frames: int, labelled: int) -> None:
    assert select(strategy, make_view(frames, labelled=labelled), 8) == []


@ALL
def test_one_candidate(strategy: Strategy) -> None:
    assert ids(select(strategy, make_view(1), 4)) == [1000]


@ALL
def test_budget_over_pool_size_gives_all(strategy: Strategy) -> None:
    assert sorted(ids(select(strategy, make_view(30), 100))) == list(range(1000, 1030))


@ALL
def test_budget_of_none(strategy: Strategy) -> None:
    assert select(strategy, make_view(30), 0) == []


@ALL
def test_nan_scores_are_never_ranked(strategy: Strategy) -> None:
    view = make_view(200, nan=0.5)
    picks = select(strategy, view, 150)
    scored = int((~np.isnan(view.scores["entropy"])).sum())
    assert len(picks) == (scored if strategy.needs().scores else 150)
    assert not any(pick.utility is not None and np.isnan(pick.utility) for pick in picks)


@ALL
def test_identical_frames(strategy: Strategy) -> None:
    frames = 40
    same = PoolView(
        np.arange(frames),
        np.zeros(frames, np.int64),
        np.zeros(frames, np.int64),
        np.zeros(frames, bool),
        {"edges": np.full((frames, 256), 7, np.uint8)},
        {"entropy": np.full(frames, 0.3)},
    )
    assert len(set(ids(select(strategy, same, 12)))) == 12


@ALL
def test_fifty_thousand_candidates(strategy: Strategy) -> None:
    picks = select(strategy, make_view(50_000, cuts=500, labelled=100), 32, cap=1)
    assert len({(frame - 1000) % 500 for frame in ids(picks)}) == 32


@ALL
def test_refuses_a_view_without_what_it_requires(strategy: Strategy) -> None:
    bare = PoolView(np.arange(3), np.arange(3), np.zeros(3, np.int64), np.zeros(3, bool))
    if strategy.needs() != Needs():
        with pytest.raises(ValueError, match="requires"):
            select(strategy, bare, 2)
    else:
        assert len(select(strategy, bare, 2)) == 2


def test_view_is_frozen() -> None:
    view = make_view(4)
    with pytest.raises(ValueError, match="read-only"):
        view.scores["entropy"][0] = 1.0
    with pytest.raises(TypeError):
        view.scores["other"] = view.scores["entropy"]  # type: ignore[index]
    with pytest.raises(ValueError, match="twice"):
        PoolView(np.array([1, 1]), np.zeros(2, int), np.zeros(2, int), np.zeros(2, bool))


def test_entropy_picks_are_the_highest_with_ties_by_id() -> None:
    view = make_view(500, labelled=50)
    entropy = np.round(view.scores["entropy"], 2)  # many ties
    view = PoolView(view.frame_ids, view.cuts, view.productions, view.labelled, {}, {"entropy": entropy})
    expected = sorted(range(50, 500), key=lambda i: (-entropy[i], i))[:60]
    picks = select(STRATEGIES["entropy"], view, 60)
    assert ids(picks) == [1000 + i for i in expected]
    assert [pick.utility for pick in picks] == [entropy[i] for i in expected]


def test_kugler_takes_both_ends() -> None:
    view = make_view(100)
    order = (1000 + np.argsort(-view.scores["entropy"])).tolist()
    picks = STRATEGIES["kugler"].select(
        view, budget=8, rng=np.random.default_rng(), params=KuglerParams(confident_share=0.25)
    )
    assert ids(picks) == order[:6] + order[::-1][:2]
    assert picks[0].reason.startswith("Least confident")
    assert picks[-1].reason.startswith("Most confident")
    with pytest.raises(ValidationError):
        KuglerParams(confident_share=1.5)


def test_kmeans_takes_one_of_each_group() -> None:
    rng = np.random.default_rng(3)
    centres = rng.integers(0, 256, (6, 256))
    edges = np.clip(np.repeat(centres, 30, 0) + rng.normal(0, 4, (180, 256)), 0, 255).astype(np.uint8)
    zeros = np.zeros(180, np.int64)
    view = PoolView(np.arange(180), zeros, zeros, zeros.astype(bool), {"edges": edges})
    for seed in range(3):
        assert {i // 30 for i in ids(select(STRATEGIES["kmeans"], view, 6, seed=seed))} == set(range(6))


def test_stratified_probabilities_match_what_happens() -> None:
    cuts = np.array([0] * 2 + [1] * 4 + [2] * 10)
    zeros = np.zeros(16, np.int64)
    view = PoolView(np.arange(16), cuts, zeros, zeros.astype(bool))
    counts: Counter[int] = Counter()
    chance: dict[int, float] = {}
    for seed in range(2000):
        picks = select(STRATEGIES["stratified_random"], view, 8, seed=seed)
        counts.update(ids(picks))
        chance.update({pick.frame_id: pick.probability or 0 for pick in picks})
    # Two turns give 2 + 2 + 2, the last two picks come from the two cuts that have more: 3 of 4 and 3 of 10.
    assert chance[0] == 1
    assert chance[2] == pytest.approx(3 / 4)
    assert chance[6] == pytest.approx(3 / 10)
    for frame, expected in chance.items():
        assert counts[frame] / 2000 == pytest.approx(expected, abs=0.05)
