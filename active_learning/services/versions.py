"""Model versions: which one drafts. Promoted or not, none is ever overwritten."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from active_learning.comparisons import Comparison, comparison_of
from active_learning.models import ModelVersion
from annotation.permissions import require_in_pool
from core import audit
from core.errors import ConflictError
from core.models import Role, User
from datasets.models import Pool
from modeling.tasks import TASKS, Task


def version_in_use(pool: Pool, task: str) -> ModelVersion | None:
    """The version that drafts: the promoted one, else the latest."""
    versions = ModelVersion.objects.of(pool, task)
    return versions.filter(promoted_at__isnull=False).first() or versions.order_by("-number").first()


@dataclass(frozen=True, slots=True)
class Promotion:
    """What promoting a version would change.

    ``against`` is the version in use, None where that is the same one; ``comparison`` is None where the two were never
    judged. ``doubt`` is why somebody must agree first, empty for no reason, and ``code`` its name.
    """

    version: ModelVersion
    against: ModelVersion | None
    comparison: Comparison | None
    doubt: str
    code: str

    @property
    def task(self) -> Task:
        """Of both."""
        return TASKS.get(self.version.task)


def promotion_of(version: ModelVersion) -> Promotion:
    """Hold a version against the one in use.

    Raises:
        UserError: ``judgement_damaged``.
    """
    used = version_in_use(version.pool, version.task)
    if used is None or used.pk == version.pk:
        return Promotion(version, None, None, "", "")
    comparison = comparison_of(used, version)
    if comparison is None:
        doubt = f"Version {version.number} was never compared with version {used.number}, which is in use."
        return Promotion(version, used, None, doubt, "not_compared")
    return Promotion(version, used, comparison, comparison.doubt, "may_lose" if comparison.doubt else "")


def model_version_promote(*, version: ModelVersion, user: User | None, confirm: bool = False) -> ModelVersion:
    """Use this version for drafts from now on, whatever comes after it.

    Args:
        version: The one to use.
        user: Who asks, None for the command line.
        confirm: Promote it although the interval of the difference to the version in use includes a loss, or
            nothing is known of it.

    Raises:
        ConflictError: ``may_lose`` or ``not_compared`` without ``confirm``; ``in_use_changed`` where another version
            was promoted meanwhile.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    if user is not None:
        require_in_pool(user, version.pool, Role.LEAD)
    found = promotion_of(version)
    if found.doubt and not confirm:
        remedy = "Look at the comparison, or promote it all the same with confirm=true."
        raise ConflictError(found.doubt, code=found.code, remedy=remedy)
    with transaction.atomic():
        _require_in_use(version, found.against or version)
        _promote_only(version)
        against = found.against.number if found.against else None
        figures = found.comparison.figures if found.comparison else {"against": against}
        audit.record(
            "model_version.promote",
            subject=version,
            actor=user,
            number=version.number,
            **figures,
            confirmed=bool(found.doubt),
        )
    return version


def _require_in_use(version: ModelVersion, expected: ModelVersion) -> None:
    used = version_in_use(version.pool, version.task)
    if used is not None and used.pk != expected.pk:
        message = f"Version {used.number} came into use meanwhile."
        raise ConflictError(message, code="in_use_changed", remedy="Compare with that one.")


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
