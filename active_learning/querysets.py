"""QuerySet words of this app. ``visible_to`` stands before every row that leaves the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from core.permissions import productions_of

if TYPE_CHECKING:
    from core.permissions import Person

_QuerySet = models.QuerySet


class PoolOwnedQuerySet(_QuerySet[Any]):
    """Rows with a ``pool`` and a ``task``."""

    def visible_to(self, user: Person) -> Self:
        """Rows of pools that the user may see."""
        from datasets.models import Pool

        return self.filter(pool__in=Pool.objects.visible_to(user).values("pk"))

    def of(self, pool: models.Model | int, task: str) -> Self:
        """Rows of one pool and task."""
        return self.filter(pool=pool, task=task)


class SelectionQuerySet(PoolOwnedQuerySet):
    """Selections."""


class ModelVersionQuerySet(PoolOwnedQuerySet):
    """Model versions."""


class RoundQuerySet(PoolOwnedQuerySet):
    """Rounds."""

    def unfinished(self) -> Self:
        """Neither closed nor cancelled: at most one a pool and task. A failed one waits for somebody."""
        return self.exclude(state__in=["closed", "cancelled"])

    def scored(self) -> Self:
        """Those whose model has scored the pool, newest first."""
        return self.filter(state__in=["scored", "closed"], scored_count__gt=0).order_by("-number")

    def evaluated(self) -> Self:
        """Those with a report, oldest first."""
        return self.filter(model_version__isnull=False).order_by("number")


class PlanQuerySet(PoolOwnedQuerySet):
    """What was decided about loops."""


class OfFrameQuerySet(_QuerySet[Any]):
    """Rows with a ``frame``."""

    def visible_to(self, user: Person) -> Self:
        """Rows on frames of productions in which the user has any role."""
        return self.filter(frame__production_id__in=productions_of(user))


class SelectionItemQuerySet(OfFrameQuerySet):
    """Picks of selections."""

    def with_pictures(self) -> Self:
        """With frame and cut, as lists show them, in one query."""
        return self.select_related("frame__cut", "assignment")


class OrderQuerySet(models.QuerySet):  # type: ignore[type-arg]
    """Orders of the Studio: nobody's but their owner's."""

    def visible_to(self, user: Person) -> Self:
        """One's own; a superuser sees all."""
        if user is None or user.pk is None:
            return self.none()
        return self if user.is_superuser else self.filter(owner_id=user.pk)

    def with_states(self) -> Self:
        """With their jobs, as lists show them, in one query."""
        return self.select_related("job", "owner")
