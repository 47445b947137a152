"""Errors of the site that are the user's to mend."""

from __future__ import annotations

from modeling.errors import UserError


class ConflictError(UserError):
    """Somebody or something else came first: the state is not what the caller saw (HTTP 409)."""
