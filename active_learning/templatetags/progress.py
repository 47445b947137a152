"""How estimates look on pages."""

from __future__ import annotations

from collections.abc import Callable

from django import template

register = template.Library()

_UNITS: dict[str, Callable[[float, str], str]] = {
    "figure": lambda value, sign: f"{value:{sign}.3f}",
    "percent": lambda value, sign: f"{100 * value:{sign}.1f}\u00a0%",
    "seconds": lambda value, sign: f"{value:{sign}.0f}\u00a0s",
    "frames": lambda value, sign: f"{value:{sign}.2f}\u00a0frames",
}


@register.filter
def in_unit(value: float | None, unit: str) -> str:
    """A figure in its unit; a dash where there is nothing."""
    return "–" if value is None else _UNITS[unit](value, "")


@register.filter
def more_by(value: float | None, unit: str) -> str:
    """A difference with its sign, a true minus; a dash where there is nothing."""
    return "–" if value is None else _UNITS[unit](value, "+").replace("-", "\u2212")
