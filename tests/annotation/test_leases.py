"""Who gets which frame next, and for how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from annotation.models import Assignment
from annotation.services.assignments import (
    assignment_claim,
    assignment_claim_next,
    assignment_release,
    assignment_renew,
)
from annotation.services.reviews import review_return
from annotation.services.revisions import annotation_submit
from annotation.services.working_copies import working_copy_save
from core.errors import ConflictError
from core.models import AuditEntry
from modeling.errors import UserError
from tests.annotation.house import House, cel_png


def run_out(assignment: Assignment) -> None:
    """Let the lease run out."""
    past = timezone.now() - timedelta(seconds=1)
    Assignment.objects.filter(pk=assignment.pk).update(lease_expires_at=past)
    assignment.refresh_from_db()


def next_key(user) -> str | None:
    claimed = assignment_claim_next(user=user)
    return claimed.frame.key if claimed else None


def test_the_highest_priority_comes_first_and_each_gets_another(house: House) -> None:
    house.queue()
    assert next_key(house.annotator) == "show/000000"
    assert next_key(house.other) == "show/000002"


def test_asking_again_gives_the_frame_one_still_holds(house: House) -> None:
    house.queue()
    assert next_key(house.annotator) == next_key(house.annotator) == "show/000000"


def test_own_returned_frames_come_before_everything(house: House) -> None:
    rows = house.queue()
    house.draft(house.frames[3])
    assignment_claim(assignment=rows[3], user=house.annotator)
    revision = annotation_submit(assignment=rows[3], user=house.annotator, expected_version=0)
    review_return(revision=revision, user=house.reviewer, comment="mend the sleeve")
    assert next_key(house.other) == "show/000000"
    assert next_key(house.annotator) == "show/000006"


def test_a_returned_frame_is_its_authors_alone(house: House) -> None:
    row = house.queue(house.frames[0])[0]
    house.draft(house.frames[0])
    revision = annotation_submit(
        assignment=assignment_claim(assignment=row, user=house.annotator),
        user=house.annotator,
        expected_version=0,
    )
    review_return(revision=revision, user=house.reviewer, comment="mend")
    assert next_key(house.other) is None
    with pytest.raises(ConflictError, match="returned to annotator"):
        assignment_claim(assignment=row, user=house.other)


def test_what_was_saved_for_later_comes_last_and_to_its_author_first(house: House) -> None:
    rows = house.queue(*house.frames[:3])
    for row, user in zip(rows, [house.other, house.annotator], strict=False):
        working_copy_save(assignment=row, user=user, expected_version=0, label_png=cel_png(3))
        assignment_release(assignment=row, user=user)
    order = []
    for _ in rows:
        claimed = assignment_claim_next(user=house.annotator)
        order.append(claimed.frame.key)
        annotate_away(claimed)
    assert order == ["show/000004", "show/000002", "show/000000"]


def annotate_away(assignment: Assignment) -> None:
    """Take it out of the queue, as a submit does."""
    Assignment.objects.filter(pk=assignment.pk).update(state="submitted", holder=None)


def test_others_are_told_who_holds_it_and_until_when(house: House) -> None:
    row = assignment_claim(assignment=house.queue()[0], user=house.annotator)
    with pytest.raises(ConflictError) as caught:
        assignment_claim(assignment=row, user=house.other)
    assert caught.value.code == "held"
    assert f"annotator holds it until {row.lease_expires_at:%H:%M} UTC" in str(caught.value)


def test_a_lease_runs_out_and_the_next_person_goes_on_from_what_was_drawn(house: House) -> None:
    row = house.queue(house.frames[0])[0]
    working_copy_save(assignment=row, user=house.annotator, expected_version=0, label_png=cel_png(3))
    run_out(row)
    claimed = assignment_claim_next(user=house.other)
    assert claimed.pk == row.pk
    assert claimed.working_copy.version == 1


def test_activity_renews_the_lease_until_somebody_else_has_it(house: House) -> None:
    row = assignment_claim(assignment=house.queue()[0], user=house.annotator)
    run_out(row)
    renewed = assignment_renew(assignment=row, user=house.annotator, active_seconds=12.5)
    assert renewed.lease_expires_at > timezone.now()
    assert renewed.working_copy.active_seconds == 12.5
    run_out(row)
    assignment_claim(assignment=row, user=house.other)
    with pytest.raises(ConflictError, match="other holds it"):
        assignment_renew(assignment=row, user=house.annotator, active_seconds=13)


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf"), 1e9])
def test_drawing_time_must_be_a_time(house: House, seconds: float) -> None:
    row = house.queue()[0]
    with pytest.raises(UserError, match="no drawing time"):
        assignment_renew(assignment=row, user=house.annotator, active_seconds=seconds)


def test_drawing_time_never_goes_back(house: House) -> None:
    row = house.queue()[0]
    assignment_renew(assignment=row, user=house.annotator, active_seconds=20)
    assignment_renew(assignment=row, user=house.annotator, active_seconds=5)
    assert row.working_copy.active_seconds == 20


def test_giving_back_frees_the_frame(house: House) -> None:
    row = assignment_claim(assignment=house.queue()[0], user=house.annotator)
    assignment_release(assignment=row, user=house.annotator)
    assert row.holder is None
    assert assignment_claim(assignment=row, user=house.other).holder == house.other


def test_nobody_gives_back_what_another_holds(house: House) -> None:
    row = assignment_claim(assignment=house.queue()[0], user=house.annotator)
    assert assignment_release(assignment=row, user=house.other).holder == house.annotator


def test_the_draft_is_fixed_by_the_first_save_not_by_the_first_look(house: House) -> None:
    row = assignment_claim(assignment=house.queue()[0], user=house.annotator)
    assert row.working_copy.base_draft is None
    newer = house.draft(house.frames[0])
    row = Assignment.objects.get(pk=row.pk)
    assert assignment_claim(assignment=row, user=house.annotator).working_copy.base_draft == newer
    working_copy_save(assignment=row, user=house.annotator, expected_version=0, label_png=cel_png(3))
    house.draft(house.frames[0], 9, "pool/cel/2")
    assert assignment_claim(assignment=Assignment.objects.get(pk=row.pk), user=house.annotator)
    assert Assignment.objects.get(pk=row.pk).working_copy.base_draft == newer


def test_held_out_frames_are_drawn_without_a_draft(house: House) -> None:
    house.draft(house.frames[0])
    row = house.queue(house.frames[0], with_draft=False)[0]
    assert assignment_claim(assignment=row, user=house.annotator).working_copy.base_draft is None


def test_viewers_may_not_claim(house: House) -> None:
    row = house.queue()[0]
    with pytest.raises(PermissionDenied):
        assignment_claim(assignment=row, user=house.viewer)
    assert next_key(house.viewer) is None


def test_a_claim_is_written_down_once(house: House) -> None:
    row = house.queue()[0]
    assignment_claim(assignment=row, user=house.annotator)
    assignment_renew(assignment=row, user=house.annotator)
    assert AuditEntry.objects.filter(action="assignment.claim", subject_id=row.pk).count() == 1
