"""What is said of a production as a whole."""

from __future__ import annotations

from django.db import transaction

from core import audit
from core.models import Role, User
from core.permissions import require
from datasets.models import Production
from modeling.errors import UserError

FIRST_YEAR, LAST_YEAR = 1880, 2200
"""Years that can be meant: nothing was animated on film before."""


@transaction.atomic
def production_set_year(*, production: Production, year: int | None, user: User | None) -> Production:
    """Say in which year the production came out, or that it is not known.

    Raises:
        PermissionDenied: Unless the user leads the production. Without a user (command line) nothing is asked.
        UserError: ``bad_year``.
    """
    if user is not None:
        require(user, production.pk, Role.LEAD)
    check_year(year)
    if production.year != year:
        Production.objects.filter(pk=production.pk).update(year=year)
        audit.record(
            "production.year", subject=production, actor=user, production_id=production.pk, year=year or 0
        )
    production.year = year
    return production


def production_add_year(*, production: Production, year: int | None, user: User | None) -> None:
    """Say the year of a production of which none is known; None says nothing.

    Raises:
        UserError: ``bad_year``, or ``year_differs`` where another one is known.
    """
    if year is None or production.year == year:
        return
    if production.year is not None:
        message = f"{production.name} came out in {production.year}, not in {year}."
        remedy = "Leave the year out, or change it on the page of productions."
        raise UserError(message, code="year_differs", remedy=remedy)
    production_set_year(production=production, year=year, user=user)


def check_year(year: int | None) -> None:
    """Raise a ``UserError`` (``bad_year``) for what cannot be a year of release."""
    if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"A release year lies from {FIRST_YEAR} to {LAST_YEAR}, not {year}."
        raise UserError(message, code="bad_year")
