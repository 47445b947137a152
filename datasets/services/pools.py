"""Make productions and pools, and say who may add to them."""

from __future__ import annotations

from django.db import transaction

from core import audit
from core.models import Membership, Role, User
from core.permissions import require, require_all
from datasets.models import Pool, Production
from modeling.errors import UserError

MAX_NAME = 200


def production_get_or_create(*, name: str, user: User | None) -> Production:
    """Return the production of that name, which the user must lead; a new one's maker leads it.

    Raises:
        UserError: ``bad_name``.
        PermissionDenied: When it belongs to others. Without a user (command line) nothing is asked.
    """
    name = _checked_name(name, "production")
    with transaction.atomic():
        production, made = Production.objects.get_or_create(name=name)
        if made:
            if user is not None:
                Membership.objects.create(user=user, production=production, role=Role.LEAD)
            audit.record(
                "production.create", subject=production, actor=user, production_id=production.pk, name=name
            )
        elif user is not None:
            require(user, production.pk, Role.LEAD)
    return production


def pool_get_or_create(*, name: str, production: Production, user: User | None) -> Pool:
    """Return the pool of that name, which the user must lead, with the production in it.

    Raises:
        UserError: ``bad_name``.
        PermissionDenied: When one of its productions is not the user's to lead.
    """
    name = _checked_name(name, "pool")
    with transaction.atomic():
        pool, made = Pool.objects.get_or_create(name=name)
        there = set(pool.productions.values_list("pk", flat=True))
        if user is not None:
            require_all(user, there | {production.pk}, Role.LEAD)
        if production.pk not in there:
            pool.productions.add(production)
        if made:
            audit.record("pool.create", subject=pool, actor=user, production_id=production.pk, name=name)
    return pool


def _checked_name(name: str, what: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > MAX_NAME:
        raise UserError(f"A {what} needs a name of at most {MAX_NAME} characters.", code="bad_name")
    return name
