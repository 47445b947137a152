"""The quality that somebody asks a forecast for."""

from __future__ import annotations

import math

from modeling.errors import UserError


def asked_target(text: str) -> float | None:
    """``0.9``, ``0,9`` or ``90`` (percent) as 0.9; None where it is no number in 0..1."""
    try:
        value = float(text.strip().rstrip("%").replace(",", "."))
    except ValueError:
        return None
    value = value / 100 if value > 1 else value
    return value if math.isfinite(value) and 0 < value < 1 else None


def checked_target(text: str) -> float | None:
    """The same, None for nothing asked.

    Raises:
        UserError: ``bad_target``.
    """
    found = asked_target(text)
    if text and found is None:
        raise UserError(f"{text!r} is no quality.", code="bad_target", remedy="Say a number between 0 and 1.")
    return found
