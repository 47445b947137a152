"""Pages of rows by key, newest first: page 1,000 costs what page 1 costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
_SEPARATOR = "~"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the token of the next page (empty on the last)."""

    rows: list[Row]
    next: str


def newest_first(rows: QuerySet[Row], *keys: str, before: str = "", size: int = 50) -> Page[Row]:
    """Return ``size`` rows in descending order of ``keys`` after the row that ``before`` names.

    Args:
        rows: Any QuerySet.
        keys: Columns that together are unique and indexed.
        before: A former page's ``next``; anything else counts as none.
        size: Rows a page.
    """
    after = _position(rows, keys, before)
    found = rows.filter(_less(dict(zip(keys, after, strict=True)))) if after else rows
    taken = list(found.order_by(*(f"-{key}" for key in keys))[: size + 1])
    more = len(taken) > size
    return Page(taken[:size], _token(taken[size - 1], keys) if more else "")


def _less(position: dict[str, Any]) -> Q:
    """``(a, b) < (x, y)``, spelled so that every database uses the index on ``a``."""
    condition, equal = Q(), Q()
    for key, value in position.items():
        condition |= equal & Q(**{f"{key}__lt": value})
        equal &= Q(**{key: value})
    return condition


def _token(row: Model, keys: tuple[str, ...]) -> str:
    return _SEPARATOR.join(str(row._meta.get_field(key).value_to_string(row)) for key in keys)  # type: ignore[union-attr]


def _position(rows: QuerySet[Row], keys: tuple[str, ...], before: str) -> list[Any]:
    parts = before.split(_SEPARATOR)
    if len(parts) != len(keys):
        return []
    try:
        return [
            rows.model._meta.get_field(key).to_python(part)  # type: ignore[union-attr]
            for key, part in zip(keys, parts, strict=True)
        ]
    except (ValidationError, ValueError):
        return []
