"""Into the queue and out of it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from annotation.models import Assignment, AssignmentState
from annotation.services.assignments import (
    Wanted,
    assignment_claim,
    assignment_claim_next,
    assignment_create_many,
    assignment_reopen,
    assignment_skip,
    assignment_withdraw,
)
from core.errors import ConflictError
from core.models import AuditEntry
from datasets.models import Pool
from modeling.errors import UserError
from tests.annotation.house import House


def test_queueing_twice_is_queueing_once_and_keeps_the_order_given(house: House) -> None:
    first = house.queue(house.frames[2])
    wanted = [Wanted(frame.pk, 1) for frame in reversed(house.frames)]
    rows = assignment_create_many(pool=house.pool, kind="cel", frames=wanted, user=house.lead)
    assert [row.frame_id for row in rows] == [frame.pk for frame in reversed(house.frames)]
    assert first[0] in rows
    assert Assignment.objects.count() == 6


def test_only_leads_queue_frames(house: House) -> None:
    with pytest.raises(PermissionDenied):
        assignment_create_many(pool=house.pool, kind="cel", frames=[], user=house.annotator)


def test_frames_of_other_pools_are_refused(house: House) -> None:
    pool = Pool.objects.create(name="another")
    pool.productions.add(house.production)
    with pytest.raises(UserError, match="not in the pool another"):
        assignment_create_many(pool=pool, kind="cel", frames=[(house.frames[0].pk, 0, "", True)], user=None)


def test_skipping_needs_a_known_reason_and_other_a_note(house: House) -> None:
    row = house.queue()[0]
    for reason in ("boring", "other"):
        with pytest.raises(UserError):
            assignment_skip(assignment=row, user=house.annotator, reason=reason)
    assignment_skip(assignment=row, user=house.annotator, reason="other", note="a test card")
    assert (row.state, row.skip_reason, row.skip_note) == ("skipped", "other", "a test card")
    assert AuditEntry.objects.filter(action="assignment.skip").get().data == {"reason": "other"}


def test_nobody_skips_what_another_holds(house: House) -> None:
    row = assignment_claim(assignment=house.queue()[0], user=house.annotator)
    with pytest.raises(ConflictError):
        assignment_skip(assignment=row, user=house.other, reason="blur")


def test_leads_put_skipped_frames_back(house: House) -> None:
    row = house.queue()[0]
    assignment_skip(assignment=row, user=house.annotator, reason="blur")
    with pytest.raises(PermissionDenied):
        assignment_reopen(assignment=row, user=house.annotator)
    assert assignment_reopen(assignment=row, user=house.lead).state == AssignmentState.OPEN
    with pytest.raises(ConflictError):
        assignment_reopen(assignment=row, user=house.lead)


def test_a_frame_queued_again_meanwhile_is_not_put_back_beside_itself(house: House) -> None:
    row = house.queue(house.frames[0])[0]
    assignment_skip(assignment=row, user=house.annotator, reason="blur")
    house.queue(house.frames[0])
    with pytest.raises(ConflictError):
        assignment_reopen(assignment=row, user=house.lead)


def test_withdrawn_frames_leave_the_queue_unless_somebody_draws(house: House) -> None:
    held, free = house.queue(*house.frames[:2])
    assignment_claim(assignment=held, user=house.annotator)
    with pytest.raises(ConflictError):
        assignment_withdraw(assignment=held, user=house.lead)
    assignment_withdraw(assignment=free, user=house.lead)
    assert assignment_claim_next(user=house.other) is None
