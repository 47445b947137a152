"""What became of picks: stored when a round freezes, told by arm; predictions of successive rounds."""

from __future__ import annotations

from unittest.mock import Mock

import pytest
from django.utils import timezone

from active_learning.control_arm import control_arm_of
from active_learning.curve import history_of, hours_until
from active_learning.jobs import drafts_make
from active_learning.models import PickOutcome, Round, SelectionItem
from active_learning.services.agreement import agreement_with_last
from annotation.models import AcceptedLabel, Effort
from core.jobs import run_inline
from datasets.models import Snapshot
from modeling.tasks import TASKS
from tests.active_learning.conftest import Loop
from tests.active_learning.test_comparisons import judge, shots, two
from tests.active_learning.world import FakeModeling
from tests.annotation.house import House

__all__ = ["shots", "two"]
CEL = TASKS.get("cel")


def test_outcomes_come_with_the_freeze(house: House, loop: Loop, modeling: FakeModeling) -> None:
    """Drafts are right (8 columns, as the truth); the third cannot be made."""
    loop.round()
    assert set(PickOutcome.objects.values_list("counts", flat=True)) == {None}, "there was no model to draft"
    selection = loop.select(budget=8, control_share=0.25)
    run_inline(drafts_make, title="Drafts", selection_id=selection.pk)
    loop.label()
    worked = SelectionItem.objects.filter(selection=selection).order_by("rank").first()
    assert worked is not None
    Effort.objects.create(assignment=worked.assignment, person=house.annotator, session="a", seconds=90)
    loop.run()
    outcomes = PickOutcome.objects.filter(item__selection=selection)
    drafted = [row for row in outcomes if row.counts is not None]
    assert (outcomes.count(), len(drafted)) == (8, 7)
    assert all(row.counts[0][1] == row.counts[1][0] == 0 for row in drafted)
    assert outcomes.get(item=worked).seconds == 90
    told = control_arm_of(house.pool, CEL)
    assert (told.control.picked, told.control.accepted) == (2 + 1, 2 + 1)
    assert told.rows[0].estimate.strategy == 1
    assert told.verdict == "undecided"
    assert told.sentence.startswith("Undecided: whether the strategy's picks show more")
    assert [row.round.number for row in told.quality] == [2]


def test_a_label_that_was_changed_is_compared_again(house: House, loop: Loop, modeling: FakeModeling) -> None:
    from annotation.services.revisions import accepted_set, revision_append

    loop.round()
    outcome = PickOutcome.objects.select_related("item__frame").first()
    assert outcome is not None
    old = outcome.revision
    mended = revision_append(
        frame=outcome.item.frame,
        kind="cel",
        action="restore",
        origin="person",
        author=house.lead,
        label=old.label,
    )
    accepted_set(mended, None)
    assert AcceptedLabel.objects.get(frame=outcome.item.frame).revision == mended
    loop.round()
    outcome.refresh_from_db()
    assert outcome.revision == mended


def test_an_empty_pool_tells_nothing(house: House) -> None:
    told = control_arm_of(house.pool, CEL)
    assert (told.verdict, told.sentence) == ("unknown", "Unknown: no control pick was queued yet.")
    assert told.quality == ()


def test_hours_are_what_was_logged_by_then(house: House) -> None:
    before = timezone.now()
    (assignment,) = house.queue(house.frames[0])
    for session, tool, seconds in (("a", "", 1800.0), ("b", "", 900.0), ("a", "pen", 700.0)):
        Effort.objects.create(
            assignment=assignment, person=house.annotator, session=session, tool=tool, seconds=seconds
        )
    assert hours_until(house.pool, "cel", [before, timezone.now()]) == [0.0, 0.75]
    assert hours_until(house.pool, "douga", [timezone.now()]) == [0.0]


def test_gains_and_agreement_are_those_on_shared_held_out_frames(
    shots: House, two: tuple[object, object]
) -> None:
    """Truth has 8 columns. Version 1 predicts 4, 4, 8, 4, version 2 always 8: IoU 20 of 32, then 1."""
    old, new = two
    snapshot: Snapshot = new.round.snapshot  # type: ignore[attr-defined]
    judge(old, snapshot, [4, 4, 8, 4])  # type: ignore[arg-type]
    judge(new, snapshot, [8, 8, 8, 8])  # type: ignore[arg-type]
    headline = {"name": "iou", "value": 0.6, "interval": None, "frame_mean": None}
    Round.objects.update(report={"train_frames": 6, "headline": headline})
    history = history_of(shots.pool, CEL)
    assert history.rounds.tolist() == [1, 2]
    assert history.to_last[0, 0] == pytest.approx(12 / 32)
    assert history.to_last[0, 1] < 12 / 32 < history.to_last[0, 2]
    round_ = Round.objects.get(number=2)
    found = agreement_with_last(round_=round_, run=_run(new), context=Mock())
    assert found is not None
    assert (found["with"], found["frames"], found["cuts"]) == (1, 4, 4)
    assert 0 < found["kappa"] < 1
    Round.objects.filter(pk=round_.pk).update(report={**round_.report, "agreement": found})
    assert history_of(shots.pool, CEL).agreements[1, 0] == pytest.approx(found["kappa"])


def _run(version: object) -> object:
    from active_learning.comparisons import run_of_version

    return run_of_version(version)  # type: ignore[arg-type]
