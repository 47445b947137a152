"""Propose, look, confirm, discard."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from active_learning.models import FrameScore, Round, RoundState, Selection, SelectionState
from active_learning.services.selections import selection_confirm, selection_discard, selection_propose
from annotation.models import Assignment
from core.errors import ConflictError
from core.models import AuditEntry
from modeling.errors import UserError
from tests.active_learning.conftest import Loop
from tests.active_learning.world import HELD_OUT, FakeModeling, entropy_of, trainable_ids
from tests.annotation.house import House


def propose(house: House, **options: object) -> Selection:
    return selection_propose(
        **{"pool": house.pool, "task": "cel", "budget": 6, "user": house.lead, **options}
    )


def picks(selection: Selection) -> list[int]:
    return list(selection.items.filter(held_out=False).values_list("frame_id", flat=True))


@pytest.mark.parametrize("strategy", ["kmeans", "random", "stratified_random"])
def test_one_seed_gives_the_same_picks_and_queues_nothing(house: House, strategy: str) -> None:
    first, second = (propose(house, strategy=strategy, seed=5) for _ in range(2))
    assert picks(first) == picks(second)
    assert set(picks(first)) <= trainable_ids(house)
    assert not Assignment.objects.exists()
    assert not Round.objects.exists()


def test_default_is_recorded_by_its_real_name(house: House, loop: Loop, modeling: FakeModeling) -> None:
    assert propose(house).strategy == "kmeans"
    loop.round()
    assert propose(house).strategy == "spread_uncertainty"


def test_default_is_entropy_where_the_last_model_gave_nothing_else(
    house: House, loop: Loop, modeling: FakeModeling
) -> None:
    loop.round(scorers=["entropy"])
    assert propose(house).strategy == "entropy"


def test_confirming_opens_the_first_round_with_held_out_frames_beside(house: House) -> None:
    selection = selection_confirm(selection=propose(house), user=house.lead)
    round_ = Round.objects.get()
    assert (round_.number, round_.state, selection.round) == (1, RoundState.LABELING, round_)
    held_out = selection.items.filter(held_out=True)
    assert held_out.count() == HELD_OUT
    assert all(not item.assignment.with_draft for item in held_out)
    drawn = Assignment.objects.order_by("-priority", "id").values_list("with_draft", flat=True)
    assert True in drawn[:2]
    assert False in drawn[:3], "whoever draws in turn meets both kinds"
    assert AuditEntry.objects.filter(action="selection.confirm").count() == 1


def test_held_out_queue_is_limited_and_even_over_cuts(house: House, settings) -> None:
    settings.SAKKAN_HELD_OUT_QUEUE = 4
    items = propose(house).items.filter(held_out=True).select_related("frame__cut")
    assert sorted(item.frame.cut.name for item in items) == ["show 8", "show 8", "show 9", "show 9"]


def test_later_selections_pick_other_frames_and_no_held_out(house: House, loop: Loop) -> None:
    first = loop.select(budget=8)
    second = loop.select(budget=8)
    assert not set(picks(first)) & set(picks(second))
    assert second.round == first.round
    assert not second.items.filter(held_out=True).exists()


def test_cap_per_cut(house: House) -> None:
    cuts = [
        item.frame.cut_id for item in propose(house, budget=8, cap_per_cut=1).items.filter(held_out=False)
    ]
    assert len(cuts) == len(set(cuts)) == 8


def test_skipped_frames_are_not_picked_again(house: House, loop: Loop) -> None:
    selection = loop.select(budget=6)
    Assignment.objects.filter(frame_id__in=picks(selection)).update(state="skipped")
    assert not set(picks(propose(house, budget=32))) & set(picks(selection))


def test_entropy_picks_are_the_highest(house: House, loop: Loop, modeling: FakeModeling) -> None:
    loop.round()
    selection = propose(house, strategy="entropy", budget=10, control_share=0)
    free = trainable_ids(house) - set(picks(Selection.objects.get(state=SelectionState.CONFIRMED)))
    assert picks(selection) == sorted(free, key=lambda pk: (-entropy_of(pk), pk))[:10]
    item = selection.items.first()
    assert item.utility == pytest.approx(entropy_of(item.frame_id))
    assert "nats" in item.reason


def test_unscored_frames_are_named(house: House, loop: Loop, modeling: FakeModeling) -> None:
    modeling.unscored = 7
    loop.round()
    labelled = set(picks(Selection.objects.get(state=SelectionState.CONFIRMED)))
    scored = set(FrameScore.objects.values_list("frame_id", flat=True))
    unscored = trainable_ids(house) - labelled - scored
    assert 0 < len(unscored) <= 7, "labelled frames are listed too, and may be among the seven"
    assert f"{len(unscored)} frames are unscored" in propose(house, strategy="entropy").note
    assert "Only" in propose(house, strategy="entropy", budget=30).note


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"strategy": "entropy"}, "no_scores"),
        ({"strategy": "kmean"}, "unknown_strategy"),
        ({"budget": 0}, "bad_budget"),
        ({"cap_per_cut": 0}, "bad_budget"),
        ({"task": "cell"}, "unknown_task"),
        ({"strategy": "random", "params": {"share": 1}}, "bad_parameter"),
    ],
)
def test_refuses_with_a_remedy(house: House, options: dict[str, object], code: str) -> None:
    with pytest.raises(UserError) as caught:
        propose(house, **options)
    assert caught.value.code == code
    assert not Selection.objects.exists()


def test_says_when_nothing_is_left(house: House, loop: Loop) -> None:
    loop.select(budget=32)
    with pytest.raises(UserError, match="all 32 are labelled"):
        propose(house)


def test_only_leads_select(house: House) -> None:
    with pytest.raises(PermissionDenied):
        propose(house, user=house.reviewer)
    with pytest.raises(PermissionDenied):
        selection_confirm(selection=propose(house), user=house.annotator)


def test_a_selection_is_decided_once(house: House) -> None:
    selection = propose(house)
    selection_discard(selection=selection, user=house.lead)
    with pytest.raises(ConflictError, match="discarded"):
        selection_confirm(selection=selection, user=house.lead)


def test_frames_queued_meanwhile_are_left_out(house: House) -> None:
    twin_a, twin_b = propose(house, budget=6), propose(house, budget=7, strategy="random", seed=1)
    selection_confirm(selection=twin_a, user=house.lead)
    selection_confirm(selection=twin_b, user=house.lead)
    assert Assignment.objects.count() == Assignment.objects.values("frame").distinct().count()
    again = Selection.objects.create(pool=house.pool, task="cel", strategy="random", budget=1)
    again.items.create(frame_id=picks(twin_a)[0], rank=1, reason="again")
    with pytest.raises(ConflictError, match="meanwhile"):
        selection_confirm(selection=again, user=house.lead)


def test_nothing_is_queued_while_a_round_trains(house: House, loop: Loop) -> None:
    loop.select()
    proposal = propose(house)
    Round.objects.update(state=RoundState.TRAINING)
    with pytest.raises(ConflictError, match="is running"):
        selection_confirm(selection=proposal, user=house.lead)
    proposal.refresh_from_db()
    assert proposal.state == SelectionState.PROPOSED
