"""Who holds a frame and until when: claims, renewals, and giving a frame back.

A lease is taken by one conditional UPDATE. On PostgreSQL rows that others are just claiming are skipped
(``SKIP LOCKED``); on SQLite the write lock of an IMMEDIATE transaction puts claims in a row.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import DRAWABLE, Assignment, AssignmentState, Draft, WorkingCopy
from annotation.permissions import require_annotator
from core import audit
from core.errors import ConflictError
from core.models import User
from datasets.models import Pool
from modeling.errors import UserError

MAX_ACTIVE_SECONDS = 7 * 24 * 3600.0
"""More drawing time than this on one frame is a broken clock."""


def lease_end(now: datetime | None = None) -> datetime:
    """When a lease taken or renewed now runs out."""
    return (now or timezone.now()) + timedelta(seconds=settings.SAKKAN_LEASE_SECONDS)


def assignment_claim_next(
    *, user: User, pool: Pool | None = None, kind: str | None = None, besides: Assignment | None = None
) -> Assignment | None:
    """Give the user the next frame that nobody else holds, or None when none is left.

    Own returned frames come first, then those the user still holds, then the rest by priority; frames that
    somebody put aside for later come last, one's own before those of others.
    """
    for candidates in next_candidates(user=user, pool=pool, kind=kind, besides=besides):
        if (assignment := _claim_first(candidates, user)) is not None:
            return assignment
    return None


def next_candidates(
    *, user: User, pool: Pool | None = None, kind: str | None = None, besides: Assignment | None = None
) -> Iterator[QuerySet[Assignment]]:
    """Yield claimable assignments in groups, the most urgent group first."""
    claimable = Assignment.objects.claimable(user)
    if pool is not None:
        claimable = claimable.filter(pool=pool)
    if kind is not None:
        claimable = claimable.filter(kind=kind)
    if besides is not None:
        claimable = claimable.exclude(pk=besides.pk)
    open_ones = claimable.filter(state=AssignmentState.OPEN)
    saved = Exists(WorkingCopy.objects.filter(assignment=OuterRef("pk"), version__gt=0))
    yield claimable.filter(state=AssignmentState.RETURNED)
    yield open_ones.filter(holder=user)
    yield open_ones.exclude(saved)
    yield open_ones.filter(person=user)
    yield open_ones


@transaction.atomic
def _claim_first(candidates: QuerySet[Assignment], user: User) -> Assignment | None:
    locked = candidates.order_by("-priority", "id").select_for_update(skip_locked=True, of=("self",))
    pk = locked.values_list("pk", flat=True).first()
    if pk is None:
        return None
    return _take(Assignment.objects.get(pk=pk), user)


@transaction.atomic
def assignment_claim(*, assignment: Assignment, user: User) -> Assignment:
    """Give the user this frame.

    Raises:
        ConflictError: ``held`` by somebody else, naming who and until when; ``not_open`` when done.
    """
    require_annotator(user, assignment.frame)
    taken = _take(assignment, user)
    if taken is None:
        raise _refused(assignment)
    return taken


def _take(assignment: Assignment, user: User) -> Assignment | None:
    """The conditional UPDATE: None when another came first or the frame is done. Roles are checked before."""
    now = timezone.now()
    mine = Assignment.objects.filter(pk=assignment.pk).open_to(user, now)
    if not mine.update(holder=user, person=user, lease_expires_at=lease_end(now), updated_at=now):
        return None
    newcomer = assignment.holder_id != user.pk
    assignment.refresh_from_db()
    _start_copy(assignment)
    if newcomer:
        _audit("claim", assignment, user)
    return assignment


def _start_copy(assignment: Assignment) -> None:
    """Fix the draft that this turn begins from; until something is saved, a newer draft takes its place."""
    draft = latest_draft(assignment)
    copy, created = WorkingCopy.objects.get_or_create(assignment=assignment, defaults={"base_draft": draft})
    if not created and copy.version == 0 and copy.base_draft_id != (draft.pk if draft else None):
        WorkingCopy.objects.filter(pk=copy.pk, version=0).update(base_draft=draft)


def latest_draft(assignment: Assignment) -> Draft | None:
    """The newest draft of the frame, or None where it is to be drawn without."""
    if not assignment.with_draft:
        return None
    return Draft.objects.filter(frame_id=assignment.frame_id, kind=assignment.kind).order_by("-id").first()


def assignment_renew(
    *, assignment: Assignment, user: User, active_seconds: float | None = None
) -> Assignment:
    """Prolong the user's lease, taking it again where it ran out and nobody else came.

    Args:
        assignment: The user's frame.
        user: Who draws.
        active_seconds: Total drawing time on this frame as the editor counts it.

    Raises:
        ConflictError: As `assignment_claim`.
    """
    taken = assignment_claim(assignment=assignment, user=user)
    if active_seconds is not None:
        keep_active_seconds(assignment, active_seconds)
    return taken


def keep_active_seconds(assignment: Assignment, active_seconds: float) -> None:
    """Raise the drawing time of the working copy; a smaller figure (a late request) changes nothing."""
    active_seconds = checked_seconds(active_seconds)
    copies = WorkingCopy.objects.filter(assignment=assignment, active_seconds__lt=active_seconds)
    copies.update(active_seconds=active_seconds)


def checked_seconds(seconds: float) -> float:
    """Return the seconds as given.

    Raises:
        UserError: ``active_seconds`` when they are negative, not finite or more than `MAX_ACTIVE_SECONDS`.
    """
    if not math.isfinite(seconds) or not 0 <= seconds <= MAX_ACTIVE_SECONDS:
        raise UserError(f"{seconds} is no drawing time in seconds.", code="active_seconds")
    return seconds


@transaction.atomic
def assignment_release(*, assignment: Assignment, user: User) -> Assignment:
    """Save for later: give the lease back. What was drawn stays; giving back twice is no error."""
    require_annotator(user, assignment.frame)
    held = Assignment.objects.filter(pk=assignment.pk, holder=user, state__in=DRAWABLE)
    if held.update(holder=None, lease_expires_at=None, updated_at=timezone.now()):
        _audit("release", assignment, user)
    assignment.refresh_from_db()
    return assignment


def held_by_other(assignment: Assignment, user: User) -> bool:
    """Whether somebody else's lease is running."""
    return assignment.is_held and assignment.holder_id != user.pk


def _refused(assignment: Assignment) -> ConflictError:
    assignment.refresh_from_db()
    if assignment.state not in DRAWABLE:
        message = _("This frame is %(state)s.") % {
            "state": str(AssignmentState(assignment.state).label).lower()
        }
        return ConflictError(message, code="not_open", remedy=_("Take the next frame."))
    if assignment.state == AssignmentState.RETURNED:
        message = _("This frame was returned to %(person)s.") % {"person": assignment.person}
        return ConflictError(message, code="held", remedy=_("Take the next frame."))
    return held_error(assignment)


def held_error(assignment: Assignment) -> ConflictError:
    """Say who holds the frame and until when."""
    if assignment.lease_expires_at is None:
        message = _("%(holder)s holds it.") % {"holder": assignment.holder}
    else:
        until = f"{assignment.lease_expires_at:%H:%M}"
        message = _("%(holder)s holds it until %(time)s UTC.") % {"holder": assignment.holder, "time": until}
    return ConflictError(message, code="held", remedy=_("Take the next frame."))


def _audit(verb: str, assignment: Assignment, user: User) -> None:
    audit.record(
        f"assignment.{verb}", subject=assignment, actor=user, production_id=assignment.frame.production_id
    )
