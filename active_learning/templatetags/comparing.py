"""How differences look on pages."""

from __future__ import annotations

from django import template

from active_learning.comparisons import signed
from modeling.metrics import Interval

register = template.Library()


@register.filter(name="signed")
def signed_or_dash(value: float | None) -> str:
    """``+0.012`` or ``−0.012`` with a true minus; a dash where there is nothing."""
    return signed(value) if isinstance(value, int | float) else "–"


@register.filter
def signed_interval(interval: Interval | None) -> str:
    """``−0.004 to +0.012``; empty without."""
    return f"{signed(interval.low)} to {signed(interval.high)}" if interval else ""


@register.filter
def bounds(interval: Interval | None) -> tuple[float, float] | None:
    """An interval as the filter ``interval`` takes it."""
    return (interval.low, interval.high) if interval else None


@register.filter
def signed_percent(share: float) -> str:
    """``+1.2 %``."""
    return f"{100 * share:+.1f}\u00a0%".replace("-", "\u2212")
