"""What waits for a reviewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from annotation.models import Revision
from core.models import Role, User
from modeling.labels import KINDS


def kind_asked(query: Mapping[str, Any]) -> str | None:
    """``?kind=``; None for all kinds, or for one that there is not."""
    kind = query.get("kind")
    return kind if kind in KINDS else None


def review_queue(user: User, *, pool_id: int | None = None, kind: str | None = None) -> QuerySet[Revision]:
    """Submitted versions in productions where the user reviews, oldest first."""
    rows = Revision.objects.visible_to(user, Role.REVIEWER).awaiting_review()
    if pool_id is not None:
        rows = rows.filter(assignment__pool_id=pool_id)
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows.with_names().order_by("id")


def neighbours(revision: Revision, user: User, *, kind: str | None = None) -> tuple[int | None, int | None]:
    """Ids of the versions that wait before and after this one in its pool, of one kind if it is named."""
    pool_id = revision.assignment.pool_id if revision.assignment else None
    waiting = review_queue(user, pool_id=pool_id, kind=kind).values_list("id", flat=True)
    before = waiting.filter(id__lt=revision.pk).order_by("-id").first()
    return before, waiting.filter(id__gt=revision.pk).first()


@dataclass(frozen=True, slots=True)
class ReviewCount:
    """How many versions of one pool and kind wait for review, and how many of them are drafts handed in unchanged."""

    pool_id: int
    pool_name: str
    kind: str
    waiting: int
    unchanged: int


def review_counts(user: User) -> list[ReviewCount]:
    """Count what waits for review by pool and kind."""
    rows = Revision.objects.visible_to(user, Role.REVIEWER).awaiting_review().order_by()
    names = ("assignment__pool_id", "assignment__pool__name", "kind")
    grouped = rows.values(*names).annotate(
        waiting=Count("id"), unchanged=Count("id", filter=Q(changed_share=0))
    )
    ordered = grouped.order_by("assignment__pool__name", "kind")
    return [ReviewCount(*row) for row in ordered.values_list(*names, "waiting", "unchanged")]
