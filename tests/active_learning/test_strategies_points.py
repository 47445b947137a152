"""What strategies over features promise, on points in a plane."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from active_learning.strategies import STRATEGIES, Needs, Pick, PoolView
from active_learning.strategies.points import Cover
from active_learning.strategies.typical import mean_distances


def pool(points: Any, *, labelled: Any = (), name: str = "edges", **arrays: Any) -> PoolView:
    points = np.asarray(points, np.float32)
    zeros = np.zeros(len(points), np.int64)
    fixed = {"frame_ids": np.arange(len(points)), "cuts": zeros, "productions": zeros}
    features = {name: points}
    return PoolView(
        **{**fixed, **arrays}, labelled=np.isin(np.arange(len(points)), labelled), features=features
    )


def pick(
    name: str, view: PoolView, budget: int, seed: int = 0, cap: int | None = None, **params: Any
) -> list[Pick]:
    strategy = STRATEGIES[name]
    rng = np.random.default_rng(seed)
    return strategy.select(
        view, budget=budget, rng=rng, cap_per_cut=cap, params=strategy.params.model_validate(params)
    )


def ids(picks: list[Pick]) -> list[int]:
    return [p.frame_id for p in picks]


@pytest.mark.parametrize("name", ["kmeans", "typical_per_cluster", "kcenter"])
def test_the_feature_is_a_parameter(name: str) -> None:
    strategy = STRATEGIES[name]
    assert strategy.needs() == Needs(features=("edges",))
    parsed = strategy.params.model_validate({"feature": "embedding"})
    assert strategy.needs(parsed) == Needs(features=("embedding",))
    assert len(pick(name, pool(np.eye(4), name="embedding"), 2, feature="embedding")) == 2


@pytest.mark.parametrize("name", ["kmeans", "typical_per_cluster", "clustered_uncertainty"])
def test_takes_one_of_each_group(name: str) -> None:
    rng = np.random.default_rng(3)
    centres = rng.integers(0, 256, (6, 32))
    points = np.repeat(centres, 30, 0) + rng.normal(0, 4, (180, 32))
    view = pool(points, scores={"entropy": np.full(180, 0.4)})
    params = {"feature": "edges"}
    for seed in range(3):
        assert {i // 30 for i in ids(pick(name, view, 6, seed, **params))} == set(range(6))


def test_kmeans_takes_the_point_nearest_the_centre_of_the_largest_group_first() -> None:
    view = pool([[0, 0], [1, 0], [2, 0], [3, 0], [50, 0], [52, 0], [51, 0]])
    picks = pick("kmeans", view, 2)
    assert ids(picks) == [1, 6], "centres 1.5 and 51; of two as near the lower id"
    assert picks[0].utility == pytest.approx(-0.5, abs=1e-4)
    assert picks[0].reason == "Edges: nearest the centre of 4 similar frames, one of 2 groups"


def test_typical_takes_the_densest_of_groups_without_a_label() -> None:
    # A group around 0 with a label, one around 100 whose densest point is 101, an outlier at 108.
    points = [[0, 0], [1, 0], [2, 0], [100, 0], [101, 0], [102, 0], [108, 0]]
    picks = pick("typical_per_cluster", pool(points, labelled=[1]), 1, neighbours=2)
    assert ids(picks) == [4]
    assert picks[0].utility == pytest.approx(-1, abs=1e-3)
    assert "none of them labelled" in picks[0].reason


def test_mean_distances_by_hand() -> None:
    points = np.array([[0.0], [1.0], [3.0], [7.0]], np.float32)
    assert mean_distances(points, 2).tolist() == pytest.approx([2, 1.5, 2.5, 5])
    assert mean_distances(points, 9).tolist() == pytest.approx([11 / 3, 3, 3, 17 / 3])
    assert mean_distances(points[:1], 2).tolist() == [0]
    # Of 1,100 members every third is looked at: the first sees 3, 6, ..., the second 0, 3 and on.
    many = np.arange(1100, dtype=np.float32)[:, None]
    assert mean_distances(many, 2)[:3].tolist() == pytest.approx([4.5, 1.5, 1.5])
    assert mean_distances(many, 2)[3:6].tolist() == pytest.approx([3, 1.5, 1.5])


def test_kcenter_takes_the_farthest_from_what_is_labelled_or_picked() -> None:
    view = pool([[0, 0], [1, 0], [4, 0], [9, 0], [10, 0], [0, 3]], labelled=[0])
    picks = pick("kcenter", view, 3)
    # From 0 the farthest is 10; then 4 (4 from 0, 6 from 10); then (0, 3).
    assert ids(picks) == [4, 2, 5]
    assert [p.utility for p in picks] == pytest.approx([10, 4, 3], abs=1e-4)


def test_kcenter_begins_in_the_middle_where_nothing_is_labelled() -> None:
    picks = pick("kcenter", pool([[0, 0], [5, 0], [9, 0], [10, 0]]), 3)
    assert ids(picks) == [1, 0, 3]
    assert picks[0].utility is None


def test_cover_of_many_is_that_of_each() -> None:
    rng = np.random.default_rng(0)
    points, centres = rng.standard_normal((9000, 5), np.float32), rng.standard_normal((20, 5), np.float32)
    one, many = Cover(points), Cover(points)
    many.add_many(centres)
    for centre in centres:
        one.add(centre)
    expected = ((points[:, None] - centres) ** 2).sum(-1).min(1)
    assert np.allclose(one.nearest, expected, atol=1e-4)
    assert np.allclose(many.nearest, expected, atol=1e-4)


def test_badge_draws_in_proportion_to_squared_distance() -> None:
    # The longest gradient is 3 (at 10). Squared distances from it: 100, 81, 16 of 197; a twin of it has no chance.
    view = pool([[0.0], [1.0], [6.0], [10.0], [10.0]], name="gradient")
    second: Counter[int] = Counter()
    for seed in range(400):
        first, then = ids(pick("badge", view, 2, seed))
        assert first == 3
        second[then] += 1
    assert [second[i] / 400 for i in (0, 1, 2, 4)] == pytest.approx(
        [100 / 197, 81 / 197, 16 / 197, 0], abs=0.08
    )
    assert sorted(ids(pick("badge", view, 5))) == [0, 1, 2, 3, 4]


def test_clustered_uncertainty_is_drawn_to_unsure_frames() -> None:
    # One group of three: its plain centre is 1, weighted it lies at 1.9, nearest the frame at 2.
    view = pool([[0.0], [1.0], [2.0]], name="embedding", scores={"entropy": np.array([0.01, 0.01, 0.6])})
    assert ids(pick("clustered_uncertainty", view, 1)) == [2]
    even = pool([[0.0], [1.0], [2.0]], name="embedding", scores={"entropy": np.zeros(3)})
    assert ids(pick("clustered_uncertainty", even, 1)) == [1]


def test_frames_without_the_feature_are_left_out() -> None:
    points = np.array([[0.0], [np.nan], [5.0], [9.0]])
    for name in ("kmeans", "typical_per_cluster", "kcenter"):
        assert 1 not in ids(pick(name, pool(points), 4))
    assert ids(pick("kcenter", pool(points, labelled=[1]), 1)) == [2], (
        "a labelled frame without one holds nothing"
    )


def test_spread_uncertainty_by_hand() -> None:
    # Distances from the label at 0: 3, 4, 5 and 6; roots of the scores 1, 0.5, 0.4 and 0.3.
    scores = {"entropy": np.array([9.0, 1.0, 0.25, 0.16, 0.09])}
    view = pool([[0], [3], [4], [5], [6]], labelled=[0], name="embedding", cuts=np.arange(5), scores=scores)
    picks = pick("spread_uncertainty", view, 3)
    # After the one at 3 the others are 1, 2 and 3 away: 0.5, 0.8, 0.9; after the one at 6: 0.5 and 0.4.
    assert ids(picks) == [1, 4, 2]
    assert [p.utility for p in picks] == pytest.approx([3, 0.9, 0.5], rel=1e-4)
    assert picks[1].reason == "Unsure (entropy 0.090) and 3.0 away from what is labelled or picked"


def test_spread_uncertainty_divides_by_the_labels_of_a_cut() -> None:
    # 10 and 8 from the label, of whose cut the first is: 10 / 2 against 8.
    view = pool(
        [[0], [10], [-8]],
        labelled=[0],
        name="embedding",
        cuts=np.array([1, 1, 2]),
        scores={"entropy": np.ones(3)},
    )
    assert ids(pick("spread_uncertainty", view, 2)) == [2, 1]
    assert ids(pick("spread_uncertainty", view, 2, turns=0)) == [1, 2]


def test_spread_uncertainty_begins_by_the_score() -> None:
    view = pool([[0], [10], [5]], name="embedding", scores={"entropy": np.array([0.1, 0.2, 0.4])})
    picks = pick("spread_uncertainty", view, 1)
    assert ids(picks) == [2]
    assert picks[0].reason == "Unsure (entropy 0.400): nothing is labelled yet that it could be like"
