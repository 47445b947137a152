"""Keys for the API, one a user."""

from __future__ import annotations

from django.db import transaction
from rest_framework.authtoken.models import Token

from core import audit
from core.models import User


def token_make(*, user: User) -> str:
    """Give the user a new key and return it; the former stops working."""
    with transaction.atomic():
        Token.objects.filter(user=user).delete()
        audit.record("token.make", subject=user, actor=user)
        return Token.objects.create(user=user).key


def token_revoke(*, user: User) -> None:
    """Take the user's key away."""
    with transaction.atomic():
        if Token.objects.filter(user=user).delete()[0]:
            audit.record("token.revoke", subject=user, actor=user)
