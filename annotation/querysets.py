"""Words of this app's QuerySets: who may see what, and which frames wait for somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.models import Role, User
from core.permissions import productions_of
from datasets.models import Pool


class OfFrameQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows with a ``frame``."""

    def visible_to(self, user: User, role: Role = Role.VIEWER) -> Self:
        """Rows on frames of productions in which the user has at least ``role``."""
        return self.filter(frame__production_id__in=productions_of(user, role))


class OfProductionQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows with a ``production``."""

    def visible_to(self, user: User, role: Role = Role.VIEWER) -> Self:
        """Rows of productions in which the user has at least ``role``."""
        return self.filter(production_id__in=productions_of(user, role))


class LabelSearchQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Searches for label errors: their lists show frames and people of the whole pool."""

    def visible_to(self, user: User) -> Self:
        """Those in pools in all of whose productions the user reviews."""
        return self.filter(pool__in=Pool.objects.changeable_by(user, Role.REVIEWER).values("pk"))


class OfAssignmentQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Rows with an ``assignment``."""

    def visible_to(self, user: User, role: Role = Role.VIEWER) -> Self:
        """Rows on frames of productions in which the user has at least ``role``."""
        return self.filter(assignment__frame__production_id__in=productions_of(user, role))


class AssignmentQuerySet(OfFrameQuerySet):
    """Turns at frames."""

    def live(self) -> Self:
        """Open, submitted or returned: the frame is not to be picked again."""
        return self.filter(state__in=["open", "submitted", "returned"])

    def with_names(self) -> Self:
        """With frame, cut, pool and people, as lists and the editor show them, in one query."""
        return self.select_related("frame__cut", "pool", "holder", "person")

    def drawable(self) -> Self:
        """Open or returned: somebody draws or will draw."""
        return self.filter(state__in=["open", "returned"])

    def held(self, at: datetime | None = None) -> Self:
        """Somebody's lease is running."""
        return self.filter(holder__isnull=False, lease_expires_at__gt=at or timezone.now())

    def free_for(self, user: User, at: datetime | None = None) -> Self:
        """Not held by anyone else at the moment."""
        expired = Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lte=at or timezone.now())
        return self.filter(Q(holder__isnull=True) | Q(holder=user) | expired)

    def open_to(self, user: User, at: datetime | None = None) -> Self:
        """What nobody else holds and, once returned, is the user's.

        It asks columns of this table only: a conditional UPDATE with a join would, on PostgreSQL, judge a row
        that it waited for by what the row was before.
        """
        return self.filter(Q(state="open") | Q(state="returned", person=user)).free_for(user, at)

    def claimable(self, user: User, at: datetime | None = None) -> Self:
        """What the user may start or go on drawing now."""
        return self.visible_to(user, Role.ANNOTATOR).open_to(user, at)


class RevisionQuerySet(OfFrameQuerySet):
    """Append-only versions."""

    def with_names(self) -> Self:
        """With frame, cut, pool, author and draft, as lists show them, in one query."""
        return self.select_related("frame__cut", "author", "draft", "assignment__pool")

    def awaiting_review(self) -> Self:
        """The version of each assignment that waits for a reviewer: handed in, or accepted once and sent back."""
        waiting = self.filter(assignment__state="submitted", reviews__isnull=True)
        return waiting.filter(action__in=["submit", "reopen"])
