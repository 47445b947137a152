"""What waits, for whom, and who holds what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from annotation.models import Assignment, AssignmentState, Review, Revision, Verdict
from core.models import Role, User
from datasets.models import Pool


@dataclass(frozen=True, slots=True)
class QueueCount:
    """How much of one pool and kind waits. ``waiting`` is open and held by nobody."""

    pool_id: int
    pool_name: str
    kind: str
    waiting: int
    held: int
    returned: int
    submitted: int
    accepted: int
    skipped: int

    @property
    def unfinished(self) -> int:
        """Frames not yet accepted or skipped."""
        return self.waiting + self.held + self.returned + self.submitted

    @property
    def total(self) -> int:
        """All frames that were queued and not withdrawn."""
        return self.unfinished + self.accepted + self.skipped


def queue_counts(user: User, pool: Pool | None = None, kind: str | None = None) -> list[QueueCount]:
    """Count assignments by pool and kind, over frames the user may see."""
    rows = Assignment.objects.visible_to(user)
    if pool is not None:
        rows = rows.filter(pool=pool)
    if kind is not None:
        rows = rows.filter(kind=kind)
    running = Q(state=AssignmentState.OPEN, holder__isnull=False, lease_expires_at__gt=timezone.now())
    states = {
        state: Count("id", filter=Q(state=state))
        for state in ("returned", "submitted", "accepted", "skipped")
    }
    grouped = (
        rows.order_by()
        .values("pool_id", "pool__name", "kind")
        .annotate(
            opened=Count("id", filter=Q(state=AssignmentState.OPEN)),
            held=Count("id", filter=running),
            **states,
        )
    )
    columns = ("pool_id", "pool__name", "kind", "opened", "held", *states)
    counted = grouped.order_by("pool__name", "kind").values_list(*columns)
    return [
        QueueCount(pool_id, name, kind, opened - held, held, *rest)
        for pool_id, name, kind, opened, held, *rest in counted
    ]


def my_assignments(user: User) -> QuerySet[Assignment]:
    """Frames the user has begun and not handed in: returned ones first, with what to mend."""
    last_return = Review.objects.filter(revision__assignment=OuterRef("pk"), verdict=Verdict.RETURN).order_by(
        "-id"
    )
    rows = Assignment.objects.visible_to(user, Role.ANNOTATOR).drawable().filter(person=user)
    rows = rows.annotate(
        return_comment=Subquery(last_return.values("comment")[:1]),
        return_reviewer=Subquery(last_return.values("reviewer__username")[:1]),
    )
    return rows.select_related("frame__cut", "pool", "working_copy", "holder").order_by(
        "-state", "-updated_at"
    )


def held_now(user: User, at: datetime | None = None) -> QuerySet[Assignment]:
    """Frames that somebody else holds at the moment, the lease that ends first on top."""
    rows = Assignment.objects.visible_to(user).drawable().held(at).exclude(holder=user)
    return rows.select_related("frame__cut", "pool", "holder").order_by("lease_expires_at")


def my_recent(user: User) -> QuerySet[Revision]:
    """What the user handed in, newest first."""
    rows = Revision.objects.visible_to(user).filter(author=user, action="submit")
    return rows.select_related("frame", "assignment").order_by("-id")
