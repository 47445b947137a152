"""Who belongs to a production: leads decide."""

from __future__ import annotations

from django.db import models, transaction

from core import audit
from core.errors import ConflictError
from core.models import Membership, Role, User
from core.permissions import require


def member_set(*, production: models.Model, user: User, role: Role, actor: User) -> Membership:
    """Make the user a member with that role, or change the role.

    Raises:
        PermissionDenied: Unless the actor leads the production.
        ConflictError: When this would leave the production without a lead.
    """
    with transaction.atomic():
        require(actor, production.pk, Role.LEAD)
        if role != Role.LEAD:
            _keep_a_lead(production, user)
        member, _ = Membership.objects.update_or_create(
            production_id=production.pk, user=user, defaults={"role": role}
        )
        audit.record("member.set", subject=user, actor=actor, production_id=production.pk, role=str(role))
    return member


def member_remove(*, production: models.Model, user: User, actor: User) -> None:
    """End the user's membership; raises as :func:`member_set`."""
    with transaction.atomic():
        require(actor, production.pk, Role.LEAD)
        _keep_a_lead(production, user)
        Membership.objects.filter(production_id=production.pk, user=user).delete()
        audit.record("member.remove", subject=user, actor=actor, production_id=production.pk)


def _keep_a_lead(production: models.Model, user: User) -> None:
    """Refuse to take the last lead's role away; locks the leads' rows."""
    leads = Membership.objects.select_for_update().filter(production_id=production.pk, role=Role.LEAD)
    if [lead.user_id for lead in leads] == [user.pk]:
        raise ConflictError(
            f"{user} is the only lead of {production}.",
            code="last_lead",
            remedy="Make somebody else a lead first.",
        )
