"""What a role lets a person do with labels, as guards for services."""

from __future__ import annotations

from core.models import Role, User
from core.permissions import require, require_all, role_in
from datasets.models import Frame, Pool


def require_annotator(user: User, frame: Frame) -> None:
    """Raise PermissionDenied unless the user may draw in the frame's production."""
    require(user, frame.production_id, Role.ANNOTATOR)


def require_reviewer(user: User, frame: Frame) -> None:
    """Raise PermissionDenied unless the user may review in the frame's production."""
    require(user, frame.production_id, Role.REVIEWER)


def require_in_pool(user: User, pool: Pool, role: Role) -> None:
    """Raise PermissionDenied unless the user has the role in all of the pool's productions."""
    require_all(user, pool.productions.values_list("pk", flat=True), role)


def may_review_own(user: User, frame: Frame) -> bool:
    """Leads may review what they drew themselves, and so may the oracle, whose labels are known truth."""
    return user.is_oracle or role_in(user, frame.production_id) == Role.LEAD
