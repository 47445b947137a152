"""Putting frames into the queue and taking them out of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import DRAWABLE, Assignment, AssignmentState, SkipReason
from annotation.permissions import require_annotator, require_in_pool
from annotation.services.leases import (
    assignment_claim,
    assignment_claim_next,
    assignment_release,
    assignment_renew,
    held_by_other,
    held_error,
)
from core import audit
from core.errors import ConflictError
from core.models import Role, User
from datasets.models import Pool, PoolFrame
from modeling.errors import UserError
from modeling.labels import require_drawable

__all__ = [
    "Wanted",
    "assignment_claim",
    "assignment_claim_next",
    "assignment_close",
    "assignment_create_many",
    "assignment_release",
    "assignment_renew",
    "assignment_reopen",
    "assignment_skip",
    "assignment_withdraw",
]

_NOTE_LENGTH = 500


class Wanted(NamedTuple):
    """A frame to be drawn: higher priority first; held-out frames are drawn without a draft."""

    frame_id: int
    priority: int = 0
    reason: str = ""
    with_draft: bool = True


def assignment_create_many(
    *, pool: Pool, kind: str, frames: Iterable[Wanted | tuple[int, int, str, bool]], user: User | None
) -> list[Assignment]:
    """Queue frames of a pool and return their assignments in the order given.

    A frame that is already in the queue keeps its assignment, so doing it twice is doing it once.

    Args:
        pool: Whose frames.
        kind: Name of the label kind to draw.
        frames: What to draw (see `Wanted`).
        user: Lead of the pool's productions, or None for the site itself.

    Raises:
        UserError: ``not_in_pool``, ``unknown_kind`` or ``kind_not_drawn``.
    """
    require_drawable(kind)
    wanted = [Wanted(*frame) for frame in frames]
    if user is not None:
        require_in_pool(user, pool, Role.LEAD)
    ids = [frame.frame_id for frame in wanted]
    _require_members(pool, ids)
    with transaction.atomic():
        rows = [_assignment(pool, kind, frame) for frame in wanted]
        Assignment.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        audit.record("assignment.create", subject=pool, actor=user, kind=kind, frames=len(ids))
    live = _live_by_frame(pool, kind, ids)
    return [live[frame_id] for frame_id in ids]


def _assignment(pool: Pool, kind: str, frame: Wanted) -> Assignment:
    return Assignment(
        pool=pool,
        frame_id=frame.frame_id,
        kind=kind,
        priority=frame.priority,
        selection_reason=frame.reason[:300],
        with_draft=frame.with_draft,
    )


def _require_members(pool: Pool, ids: Sequence[int]) -> None:
    known: set[int] = set()
    for part in _parts(ids):
        members = PoolFrame.objects.filter(pool=pool, frame_id__in=part)
        known.update(members.values_list("frame_id", flat=True))
    if strangers := set(ids) - known:
        raise UserError(f"{len(strangers)} frames are not in the pool {pool.name}.", code="not_in_pool")


def _live_by_frame(pool: Pool, kind: str, ids: Sequence[int]) -> dict[int, Assignment]:
    live = Assignment.objects.live().filter(pool=pool, kind=kind)
    return {row.frame_id: row for part in _parts(ids) for row in live.filter(frame_id__in=part)}


def _parts(ids: Sequence[int], size: int = 500) -> Iterable[Sequence[int]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))


@transaction.atomic
def assignment_skip(*, assignment: Assignment, user: User, reason: str, note: str = "") -> Assignment:
    """Take a frame that is not worth drawing out of the queue. What was drawn on it is kept.

    Raises:
        UserError: ``skip_reason`` when the reason is none of `SkipReason`, or "other" without a note.
        ConflictError: ``held`` or ``not_open``.
    """
    require_annotator(user, assignment.frame)
    if reason not in SkipReason.values:
        known = ", ".join(SkipReason.values)
        raise UserError(f"{reason!r} is no reason to skip.", code="skip_reason", remedy=f"Known: {known}.")
    if reason == SkipReason.OTHER and not note.strip():
        raise UserError(_("Skipping for another reason needs a note."), code="skip_reason")
    claimed = assignment_claim(assignment=assignment, user=user)
    assignment_close(
        claimed, AssignmentState.SKIPPED, skip_reason=reason, skip_note=note.strip()[:_NOTE_LENGTH]
    )
    _audit("skip", assignment, user, reason=reason)
    return assignment


@transaction.atomic
def assignment_withdraw(*, assignment: Assignment, user: User) -> Assignment:
    """Take a frame out of the queue that nobody is drawing.

    Raises:
        ConflictError: ``held`` or ``not_open``.
    """
    require_in_pool(user, assignment.pool, Role.LEAD)
    if held_by_other(assignment, user):
        raise held_error(assignment)
    assignment_close(assignment, AssignmentState.WITHDRAWN)
    _audit("withdraw", assignment, user)
    return assignment


@transaction.atomic
def assignment_reopen(*, assignment: Assignment, user: User) -> Assignment:
    """Put a skipped or withdrawn frame back into the queue.

    Raises:
        ConflictError: ``in_queue`` when the frame has been queued again meanwhile or never left.
    """
    require_in_pool(user, assignment.pool, Role.LEAD)
    twins = Assignment.objects.live().filter(
        pool=assignment.pool, kind=assignment.kind, frame=assignment.frame
    )
    gone = Assignment.objects.filter(
        pk=assignment.pk, state__in=[AssignmentState.SKIPPED, AssignmentState.WITHDRAWN]
    )
    if twins.exists() or not gone.update(state=AssignmentState.OPEN, skip_reason="", skip_note=""):
        raise ConflictError(_("This frame is in the queue already."), code="in_queue")
    assignment.refresh_from_db()
    _audit("reopen", assignment, user)
    return assignment


def assignment_close(assignment: Assignment, state: AssignmentState, **fields: str) -> None:
    """Move an open or returned assignment on and drop its lease.

    Raises:
        ConflictError: ``not_open``.
    """
    open_ones = Assignment.objects.filter(pk=assignment.pk, state__in=DRAWABLE)
    changes = {"state": state, "holder": None, "lease_expires_at": None, "updated_at": timezone.now()}
    if not open_ones.update(**changes, **fields):
        raise ConflictError(
            _("This frame is done already."), code="not_open", remedy=_("Take the next frame.")
        )
    assignment.refresh_from_db()


def _audit(verb: str, assignment: Assignment, user: User, **data: str) -> None:
    audit.record(
        f"assignment.{verb}",
        subject=assignment,
        actor=user,
        production_id=assignment.frame.production_id,
        **data,
    )
