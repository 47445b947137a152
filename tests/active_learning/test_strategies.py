"""One conformance test over the registry of strategies."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from dataclasses import fields

import numpy as np
import pytest

from active_learning.strategies import GROUPS, STRATEGIES, Needs, Pick, PoolView, Strategy

ALL = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=list(STRATEGIES))
CLASSES = 4


def make_view(
    frames: int, *, cuts: int = 10, labelled: int = 0, nan: float = 0.0, size: int = 16
) -> PoolView:
    """A pool with all that any strategy needs, ids from 1000, the first ``labelled`` labelled, a share unscored.

    Of the unscored frames everything but the edges is NaN.
    """
    rng = np.random.default_rng(0)
    unscored = rng.random(frames) < nan
    needs = [strategy.needs() for strategy in STRATEGIES.values()]
    scores = {name: rng.random(frames) * np.log(2) for need in needs for name in need.scores}
    features = {
        name: rng.standard_normal((frames, size), np.float32).astype(np.float16)
        for need in needs
        for name in need.features
    }
    shares = rng.dirichlet(np.ones(CLASSES), frames)
    class_scores = rng.random((frames, CLASSES))
    for array in (*scores.values(), *features.values(), shares, class_scores):
        array[unscored] = np.nan
    features["edges"] = rng.integers(0, 256, (frames, size), np.uint8)
    return PoolView(
        frame_ids=np.arange(frames) + 1000,
        cuts=np.arange(frames) % cuts,
        productions=np.arange(frames) % cuts % 3,
        labelled=np.arange(frames) < labelled,
        features=features,
        scores=scores,
        class_scores=class_scores,
        class_shares=shares,
        class_quality=np.array([0.9, 0.2, np.nan, 0.5]),
    )


def rows_of(view: PoolView, rows: np.ndarray) -> PoolView:
    """The same pool with its rows in another order, or fewer of them."""
    arrays = {}
    for field in fields(view):
        value = getattr(view, field.name)
        if field.name in ("features", "scores"):
            value = {name: array[rows] for name, array in value.items()}
        elif field.name not in ("class_quality", "class_names"):
            value = value[rows]
        arrays[field.name] = value
    return PoolView(**arrays)


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
    assert all((pick.weight is None) == (pick.probability is None) for pick in picks)
    assert strategy.group in GROUPS
    assert all(info.description for info in strategy.params.model_fields.values())


@ALL
def test_keeps_the_cap(strategy: Strategy) -> None:
    cuts = Counter(frame % 10 for frame in ids(select(strategy, make_view(300), 25, cap=2)))
    assert sum(cuts.values()) == 20, "ten cuts give two each and no more"
    assert max(cuts.values()) == 2


@ALL
def test_ignores_the_order_of_rows(strategy: Strategy) -> None:
    view = make_view(120, labelled=10)
    shuffled = rows_of(view, np.random.default_rng(5).permutation(120))
    for cap in (None, 2):
        assert ids(select(strategy, view, 12, cap)) == ids(select(strategy, shuffled, 12, cap))


@ALL
@pytest.mark.parametrize(("frames", "labelled"), [(0, 0), (5, 5)])
def test_empty_pool_gives_nothing(strategy: Strategy, frames: int, labelled: int) -> None:
    assert select(strategy, make_view(frames, labelled=labelled), 8) == []


@ALL
def test_one_candidate(strategy: Strategy) -> None:
    assert ids(select(strategy, make_view(1), 4)) == [1000]
    assert ids(select(strategy, make_view(3, labelled=2), 4)) == [1002]


@ALL
def test_budget_over_pool_size_gives_all(strategy: Strategy) -> None:
    assert sorted(ids(select(strategy, make_view(30), 100))) == list(range(1000, 1030))


@ALL
def test_budget_of_none(strategy: Strategy) -> None:
    assert select(strategy, make_view(30), 0) == []


@ALL
def test_unscored_frames_are_never_picked(strategy: Strategy) -> None:
    view = make_view(200, nan=0.5)
    needs = strategy.needs()
    from_model = bool(needs.scores or needs.classes or set(needs.features) - {"edges"})
    picks = select(strategy, view, 150)
    scored = set(view.frame_ids[~np.isnan(view.scores["entropy"])].tolist())
    assert len(picks) == (len(scored) if from_model else 150)
    assert not from_model or set(ids(picks)) == scored
    assert not any(pick.utility is not None and np.isnan(pick.utility) for pick in picks)


@ALL
def test_a_pool_without_any_score_gives_nothing_or_needs_none(strategy: Strategy) -> None:
    picks = select(strategy, make_view(20, nan=1.0), 5)
    assert len(picks) in (0, 5)


@ALL
def test_identical_frames(strategy: Strategy) -> None:
    view = rows_of(make_view(40), np.array([0]))
    same = {field.name: getattr(view, field.name) for field in fields(view)}
    for name in ("features", "scores"):
        same[name] = {key: np.repeat(array, 40, 0) for key, array in same[name].items()}
    for name in ("cuts", "productions", "labelled", "class_scores", "class_shares"):
        same[name] = np.repeat(same[name], 40, 0)
    same["frame_ids"] = np.arange(40)
    assert len(set(ids(select(strategy, PoolView(**same), 12)))) == 12


@ALL
def test_two_hundred_thousand_candidates_in_bounded_memory(strategy: Strategy, crowd: PoolView) -> None:
    tracemalloc.start()
    try:
        picks = select(strategy, crowd, 32, cap=1)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len({frame % 500 for frame in ids(picks)}) == 32
    assert peak < 60e6, "a few columns and one float32 copy of a feature, never candidates x candidates"


@pytest.fixture(scope="module")
def crowd() -> PoolView:
    """200,000 frames, a hundred labelled."""
    return make_view(200_000, cuts=500, labelled=100)


@ALL
def test_refuses_a_view_without_what_it_requires(strategy: Strategy) -> None:
    bare = PoolView(np.arange(3), np.arange(3), np.zeros(3, np.int64), np.zeros(3, bool))
    if strategy.needs() != Needs():
        with pytest.raises(ValueError, match="requires"):
            select(strategy, bare, 2)
    else:
        assert len(select(strategy, bare, 2)) == 2


@ALL
def test_refuses_more_work_than_it_takes_on(strategy: Strategy) -> None:
    if strategy.pairs is not None:
        assert "at most 1,000 of 1,000,000" in strategy.too_much(1_000_000, 1_001)
    assert not strategy.too_much(1_000_000, 1_000)


def test_view_is_frozen() -> None:
    view = make_view(4)
    for array in (view.scores["entropy"], view.class_shares, view.class_quality):
        assert array is not None
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    with pytest.raises(TypeError):
        view.scores["other"] = view.scores["entropy"]  # type: ignore[index]
    with pytest.raises(ValueError, match="twice"):
        PoolView(np.array([1, 1]), np.zeros(2, int), np.zeros(2, int), np.zeros(2, bool))
    with pytest.raises(ValueError, match="one row a frame"):
        PoolView(*(np.zeros(1, int),) * 4, class_shares=np.zeros((2, 3)))
