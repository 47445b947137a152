"""Control picks: by plain chance, whatever the strategy, in any place of the batch."""

from __future__ import annotations

import numpy as np
import pytest

from active_learning.control.batches import Wish, batch_of
from active_learning.control.drawing import control_count
from active_learning.models import SelectionItem
from active_learning.services.plans import plan_of, plan_save
from active_learning.services.selections import selection_propose
from active_learning.strategies import STRATEGIES, PoolView
from modeling.errors import UserError
from tests.annotation.house import House

ENTROPY, RANDOM = STRATEGIES["entropy"], STRATEGIES["random"]


def view(frames: int = 100, **more: object) -> PoolView:
    """Frames 0 to N - 1 of ten cuts, the first ten labelled, scores rising with their number."""
    ids = np.arange(frames)
    return PoolView(
        frame_ids=ids,
        cuts=ids % 10,
        productions=np.zeros(frames, np.int64),
        labelled=ids < 10,
        scores={"entropy": ids / frames},
    )


@pytest.mark.parametrize(
    ("budget", "share", "count"), [(16, 0.1, 2), (4, 0.1, 0), (1, 0.5, 0), (10, 0.25, 3)]
)
def test_the_share_gives_the_nearest_count_and_never_all(budget: int, share: float, count: int) -> None:
    assert control_count(budget, share) == count


def test_a_batch_holds_both_arms_and_each_frame_once() -> None:
    batch = batch_of(view(), ENTROPY, ENTROPY.params(), Wish(20, seed=3, control_share=0.2))
    frames = [pick.frame_id for pick, _ in batch.picks]
    control = {pick.frame_id for pick, is_control in batch.picks if is_control}
    ours = [pick.frame_id for pick, is_control in batch.picks if not is_control]
    assert (len(set(frames)), len(control), batch.by_strategy, batch.candidates) == (20, 4, 16, 90)
    assert ours == [frame for frame in range(99, 9, -1) if frame not in control][:16]
    assert all(
        pick.probability == 4 / 90 and pick.weight == 1 for pick, is_control in batch.picks if is_control
    )


def test_control_picks_do_not_depend_on_strategy_scores_or_cap() -> None:
    drawn = [
        {pick.frame_id for pick, is_control in batch_of(view(), s, s.params(), wish).picks if is_control}
        for s in (ENTROPY, RANDOM)
        for wish in (Wish(20, None, 5, 0.2), Wish(20, 2, 5, 0.2))
    ]
    assert all(one == drawn[0] for one in drawn)
    assert len(drawn[0]) == 4


def test_every_candidate_is_as_likely() -> None:
    """400 draws of 9 of 90: 40 each, give or take 6.0 (binomial); five times that is out of the question."""
    times = np.zeros(100)
    for seed in range(400):
        batch = batch_of(view(), ENTROPY, ENTROPY.params(), Wish(18, seed=seed, control_share=0.5))
        times[[pick.frame_id for pick, is_control in batch.picks if is_control]] += 1
    assert times[:10].sum() == 0
    assert times[10:].sum() == 400 * 9
    assert abs(times[10:] - 40).max() < 30


def test_without_control_picks_the_strategy_gives_what_it_gives_alone() -> None:
    wish = Wish(12, 3, 7)
    alone = RANDOM.select(view(), budget=12, rng=np.random.default_rng(7), cap_per_cut=3)
    assert [pick for pick, _ in batch_of(view(), RANDOM, RANDOM.params(), wish).picks] == alone


def test_a_strategys_chance_is_not_to_be_control_and_then_to_be_taken() -> None:
    batch = batch_of(view(), RANDOM, RANDOM.params(), Wish(20, seed=1, control_share=0.1))
    chances = {pick.probability for pick, is_control in batch.picks if not is_control}
    assert list(chances) == [pytest.approx(88 / 90 * 18 / 88)]


def test_scores_and_their_places_come_with_the_batch() -> None:
    batch = batch_of(view(), ENTROPY, ENTROPY.params(), Wish(4))
    assert [batch.rank_of(pick) for pick, _ in batch.picks] == [1, 2, 3, 4]
    assert batch.seen is not None
    assert (batch.seen.histogram["name"], sum(batch.seen.histogram["counts"])) == ("entropy", 90)


def test_groups_name_their_size_and_central_frame() -> None:
    """Two groups on a line, 0 1 2 and 10 11 12: their centres are 1 and 11."""
    ids = np.array([0, 1, 2, 10, 11, 12])
    line = PoolView(ids, ids, np.zeros(6, np.int64), np.zeros(6, bool), {"edges": ids[:, None].astype(float)})
    for name in ("kmeans", "typical_per_cluster"):
        picks = STRATEGIES[name].select(line, budget=2, rng=np.random.default_rng(0))
        assert {pick.cluster for pick in picks} == {(3, 1), (3, 11)}, name


@pytest.mark.django_db
def test_the_plan_says_how_many_and_the_selection_keeps_it(house: House) -> None:
    assert plan_of(house.pool, "cel").control_share == 0.1
    plan_save(pool=house.pool, task="cel", control_share=0.25, stopping={}, user=house.lead)
    selection = selection_propose(pool=house.pool, task="cel", budget=8, user=house.lead)
    rows = SelectionItem.objects.filter(selection=selection, control_arm=True)
    assert (selection.control_share, selection.candidates, rows.count()) == (0.25, 32, 2)
    assert {row.inclusion_probability for row in rows} == {2 / 32}
    assert all(row.reason.startswith("Control pick") for row in rows)


@pytest.mark.django_db
def test_plans_are_checked(house: House) -> None:
    with pytest.raises(UserError, match=r"between 0 and 0\.5"):
        plan_save(pool=house.pool, task="cel", control_share=0.6, stopping={}, user=house.lead)
    with pytest.raises(UserError, match="no stopping rule 'platau'"):
        plan_save(pool=house.pool, task="cel", control_share=0, stopping={"platau": {}}, user=house.lead)
