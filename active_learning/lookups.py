"""Find by the names people type on the command line."""

from __future__ import annotations

from core.models import User
from datasets.models import Pool
from modeling.errors import UserError
from modeling.registry import propose


def pool_named(name: str) -> Pool:
    """Return the pool of that name.

    Raises:
        UserError: ``unknown_pool``, proposing the nearest spelling.
    """
    pool = Pool.objects.filter(name=name).first()
    if pool is None:
        known = list(Pool.objects.values_list("name", flat=True)[:1000])
        remedy = propose(name, known) if known else "Ingest a clip or a folder first: manage.py ingest."
        raise UserError(f"There is no pool {name!r}.", code="unknown_pool", remedy=remedy)
    return pool


def user_named(name: str) -> User:
    """Return the user of that name.

    Raises:
        UserError: ``unknown_user``, proposing the nearest spelling.
    """
    user = User.objects.filter(username=name).first()
    if user is None:
        known = list(User.objects.values_list("username", flat=True)[:1000])
        remedy = propose(name, known) if known else "Make one first: manage.py createsuperuser."
        raise UserError(f"There is no user {name!r}.", code="unknown_user", remedy=remedy)
    return user
