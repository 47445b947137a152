"""Find a row that the user may see, or answer 404."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from active_learning.models import Round, Selection
from core.permissions import Person
from datasets.models import Pool


def pool_for(user: Person, pk: int) -> Pool:
    """The pool, if visible."""
    return _get(Pool.objects.visible_to(user), pk)


def round_for(user: Person, pk: int) -> Round:
    """The round, if its pool is visible."""
    return _get(Round.objects.visible_to(user).select_related("pool"), pk)


def selection_for(user: Person, pk: int) -> Selection:
    """The selection, if its pool is visible."""
    return _get(Selection.objects.visible_to(user).select_related("pool", "round"), pk)


def _get(rows: Any, pk: int) -> Any:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row
