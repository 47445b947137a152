"""QuerySet words of this app. ``visible_to`` stands before every row that leaves the server."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models

from core.models import Role

if TYPE_CHECKING:
    from core.permissions import Person

_QuerySet = models.QuerySet


def _productions(user: Person, role: Role = Role.VIEWER) -> Any:
    from core.permissions import productions_of

    return productions_of(user, role)


class _VisibleQuerySet(_QuerySet[Any]):
    """Rows that hang on a production by ``production_path``."""

    production_path = "production"

    def visible_to(self, user: Person) -> Self:
        """Rows of productions in which the user has any role; a superuser sees all."""
        if user is not None and user.is_superuser:
            return self
        return self.filter(**{f"{self.production_path}__in": _productions(user)})


class ProductionQuerySet(_VisibleQuerySet):
    """Shows and films."""

    production_path = "pk"

    def changeable_by(self, user: Person, role: Role = Role.LEAD) -> Self:
        """Those in which the user has the role."""
        return self.filter(pk__in=_productions(user, role))


class SourceQuerySet(_VisibleQuerySet):
    """Files that frames came from."""

    def completed(self) -> Self:
        """Those whose every frame is stored."""
        return self.filter(completed_at__isnull=False)


class CutQuerySet(_VisibleQuerySet):
    """Shots."""

    def undecided(self) -> Self:
        """Those of an ingest that has not decided their split yet."""
        return self.filter(split="")


class FrameQuerySet(_VisibleQuerySet):
    """Frames."""

    def trainable(self) -> Self:
        """Frames that may be selected and trained on: neither held-out nor in a gap nor still being ingested."""
        return self.filter(cut__split="train")

    def held_out(self) -> Self:
        """Frames that rounds are judged on."""
        return self.filter(cut__split="test")

    def in_pool(self, pool: models.Model | int) -> Self:
        """Frames of a pool."""
        return self.filter(memberships__pool=pool)


class LookAlikeQuerySet(_VisibleQuerySet):
    """Pairs of frames on both sides of the split."""

    production_path = "frame__production"

    def visible_to(self, user: Person) -> Self:
        """Pairs whose both frames the user may see."""
        if user is not None and user.is_superuser:
            return self
        return super().visible_to(user).filter(twin__production__in=_productions(user))

    def in_pool(self, pool: models.Model | int) -> Self:
        """Pairs whose both frames are in the pool."""
        return self.filter(frame__memberships__pool=pool, twin__memberships__pool=pool)


class PoolFrameQuerySet(_VisibleQuerySet):
    """Frames' places in pools."""

    production_path = "frame__production"

    def with_pictures(self) -> Self:
        """With frame and cut, as lists show them, in one query."""
        return self.select_related("frame__cut")

    def keyed(self, keys: Iterable[str]) -> Self:
        """Those with one of the keys."""
        return self.filter(key__in=list(keys))


class PoolQuerySet(_VisibleQuerySet):
    """Pools: seen by whoever has a role in at least one of their productions."""

    production_path = "productions"

    def visible_to(self, user: Person) -> Self:
        """Pools with at least one production of the user; a pool without any is nobody's but a superuser's."""
        return super().visible_to(user).distinct()

    def changeable_by(self, user: Person, role: Role = Role.LEAD) -> Self:
        """Pools in all of whose productions the user has the role."""
        if user is not None and user.is_superuser:
            return self
        mine = _productions(user, role)
        foreign = self.model.productions.through.objects.exclude(production__in=mine)
        return self.filter(productions__in=mine).exclude(pk__in=foreign.values("pool")).distinct()


class IngestQuerySet(_VisibleQuerySet):
    """Calls of ingest."""


class SnapshotQuerySet(_VisibleQuerySet):
    """Dataset versions: whole folders, so only for those who may see every production in the pool."""

    def visible_to(self, user: Person) -> Self:
        """Snapshots of pools in all of whose productions the user has a role."""
        from datasets.models import Pool

        return self.filter(pool__in=Pool.objects.changeable_by(user, Role.VIEWER))


class DifferenceQuerySet(_VisibleQuerySet):
    """What changed between two snapshots, for those who may see both."""

    def visible_to(self, user: Person) -> Self:
        """Differences of visible snapshots."""
        from datasets.models import Snapshot

        visible = Snapshot.objects.visible_to(user)
        return self.filter(old__in=visible, new__in=visible)


class ExportQuerySet(_VisibleQuerySet):
    """Snapshots in other formats, seen as their snapshot is."""

    def visible_to(self, user: Person) -> Self:
        """Exports of visible snapshots."""
        from datasets.models import Snapshot

        return self.filter(snapshot__in=Snapshot.objects.visible_to(user))
