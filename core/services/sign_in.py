"""Single-use sign-in links, and a brake on guessing passwords."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from sesame.utils import get_parameters

from core.models import User

SCOPE = "sign-in"
MAX_FAILURES = 10
FAILURE_SECONDS = 300


def sign_in_path(user: User, *, next_path: str = "/") -> str:
    """Return path and query of a link that signs the user in once; signing in in any way spends it."""
    return f"{reverse('sign-in')}?{urlencode({**get_parameters(user, scope=SCOPE), 'next': next_path})}"


def spend_link(user: User) -> bool:
    """Spend the link that was just found valid; false when somebody was faster."""
    same = Q(last_login__isnull=True) if user.last_login is None else Q(last_login=user.last_login)
    return bool(User.objects.filter(same, pk=user.pk).update(last_login=timezone.now()))


def may_try_password(username: str, address: str) -> bool:
    """Whether fewer than ten passwords failed for that name from that address in the last five minutes."""
    return int(cache.get(_failures_key(username, address), 0)) < MAX_FAILURES


def note_failed_password(username: str, address: str) -> None:
    """Count a failed password."""
    key = _failures_key(username, address)
    cache.add(key, 0, FAILURE_SECONDS)
    cache.incr(key)


def _failures_key(username: str, address: str) -> str:
    return "failed-password:" + urlencode({"name": username.lower(), "from": address})
