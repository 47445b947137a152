"""Rows that the tests of the ground floor need."""

from __future__ import annotations

from itertools import count
from typing import Any

from core.models import Membership, Role, User
from datasets.models import Production

_numbers = count(1)


def make_user(name: str = "", **fields: Any) -> User:
    """Return a new user."""
    return User.objects.create_user(name or f"user{next(_numbers)}", **fields)


def make_production(name: str = "") -> Production:
    """Return a new production."""
    return Production.objects.create(name=name or f"show {next(_numbers)}")


def make_member(production: Production, role: Role, name: str = "") -> User:
    """Return a new user with that role."""
    user = make_user(name)
    Membership.objects.create(user=user, production=production, role=role)
    return user
