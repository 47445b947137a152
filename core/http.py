"""Small questions to a request."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.request import Request

from core.models import User


def signed_in(request: HttpRequest | Request) -> User:
    """Return the user; raises ``PermissionDenied`` for nobody (LoginRequiredMiddleware comes first)."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user
