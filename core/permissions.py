"""Who may do what in which production. A superuser is lead everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from core.models import Membership, Role, User

Person = User | AnonymousUser | None  # none: nobody is signed in


def roles_of(user: Person) -> dict[int, Role]:
    """Return the user's role by production id, in one query; a superuser's are all ``lead``."""
    if user is None or user.pk is None:
        return {}
    if user.is_superuser:
        return dict.fromkeys(productions_of(user), Role.LEAD)
    rows = Membership.objects.filter(user_id=user.pk).values_list("production_id", "role")
    return {production_id: Role(role) for production_id, role in rows}


def role_in(user: Person, production_id: int) -> Role | None:
    """Return the user's role in that production, or none."""
    if user is None or user.pk is None:
        return None
    if user.is_superuser:
        return Role.LEAD
    found = Membership.objects.filter(user_id=user.pk, production_id=production_id)
    role = found.values_list("role", flat=True).first()
    return Role(role) if role else None


def productions_of(user: Person, role: Role = Role.VIEWER) -> QuerySet[Membership, int]:
    """Return the ids of productions in which the user has at least ``role``, as a sub-query."""
    if user is None or user.pk is None:
        return Membership.objects.none().values_list("production_id", flat=True)
    if user.is_superuser:
        production = Membership._meta.get_field("production").related_model
        return production._default_manager.order_by().values_list("pk", flat=True)  # type: ignore[union-attr, return-value]
    members = Membership.objects.filter(user_id=user.pk, role__in=Role.at_least(role))
    return members.values_list("production_id", flat=True)


def has_role(user: Person, production_ids: Iterable[int], role: Role) -> bool:
    """Whether the user has at least ``role`` in *every* one of the productions (false for none at all)."""
    wanted = set(production_ids)
    return bool(wanted) and wanted <= set(productions_of(user, role))


def require(user: Person, production_id: int, role: Role) -> None:
    """Raise ``PermissionDenied`` unless the user has at least ``role`` in that production."""
    require_all(user, [production_id], role)


def require_all(user: Person, production_ids: Iterable[int], role: Role) -> None:
    """Raise ``PermissionDenied`` unless the user has at least ``role`` in every production: a pool's, say."""
    if not has_role(user, production_ids, role):
        raise PermissionDenied(f"This needs the role {role.label.lower()}.")
