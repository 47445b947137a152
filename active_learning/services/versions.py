"""Model versions: which one drafts. Promoted or not, none is ever overwritten."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from active_learning.models import ModelVersion
from annotation.permissions import require_in_pool
from core import audit
from core.errors import ConflictError
from core.models import Role, User
from datasets.models import Pool


def version_in_use(pool: Pool, task: str) -> ModelVersion | None:
    """The version that drafts: the promoted one, else the latest."""
    versions = ModelVersion.objects.of(pool, task)
    return versions.filter(promoted_at__isnull=False).first() or versions.order_by("-number").first()


@transaction.atomic
def model_version_promote(*, version: ModelVersion, user: User | None) -> ModelVersion:
    """Use this version for drafts from now on, whatever comes after it.

    Raises:
        PermissionDenied: The user is no lead of every production in the pool.
    """
    if user is not None:
        require_in_pool(user, version.pool, Role.LEAD)
    _promote_only(version)
    audit.record("model_version.promote", subject=version, actor=user, number=version.number)
    return version


@transaction.atomic
def model_version_roll_back(*, pool: Pool, task: str, user: User | None) -> ModelVersion:
    """Go back from the version in use to the one before it.

    Raises:
        ConflictError: ``no_earlier_version``.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    if user is not None:
        require_in_pool(user, pool, Role.LEAD)
    used = version_in_use(pool, task)
    earlier = (
        used
        and ModelVersion.objects.of(pool, task).filter(number__lt=used.number).order_by("-number").first()
    )
    if used is None or earlier is None:
        raise ConflictError("There is no earlier model version to go back to.", code="no_earlier_version")
    _promote_only(earlier)
    audit.record(
        "model_version.roll_back", subject=earlier, actor=user, number=earlier.number, was=used.number
    )
    return earlier


def _promote_only(version: ModelVersion) -> None:
    others = ModelVersion.objects.of(version.pool, version.task).exclude(pk=version.pk)
    others.filter(promoted_at__isnull=False).update(promoted_at=None)
    version.promoted_at = timezone.now()
    version.save(update_fields=["promoted_at"])
