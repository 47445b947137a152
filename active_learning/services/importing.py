"""Who labels are by when the command line names nobody."""

from __future__ import annotations

from django.db import transaction

from core.models import Membership, Role, User
from datasets.models import Pool

NAME = "import"


@transaction.atomic
def importer_for(pool: Pool) -> User:
    """Return the stand-in ``import``, who cannot sign in, as a reviewer of the pool's productions."""
    user, made = User.objects.get_or_create(username=NAME, defaults={"is_active": False})
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    for production in pool.productions.all():
        Membership.objects.get_or_create(user=user, production=production, defaults={"role": Role.REVIEWER})
    return user
