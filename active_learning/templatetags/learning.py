"""How figures and states look on pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from active_learning.models import RoundState
from modeling.headline import Headline, headline_of

register = template.Library()
_TONES = {
    RoundState.CLOSED: "good",
    RoundState.FAILED: "bad",
    RoundState.CANCELLED: "warn",
    RoundState.LABELING: "accent",
    RoundState.FROZEN: "accent",
    RoundState.TRAINING: "accent",
    RoundState.EVALUATED: "accent",
    RoundState.SCORED: "accent",
}


@register.filter
def percent(share: float | None) -> str:
    """``0.558`` as ``55.8 %``; a dash where there is nothing."""
    return f"{100 * share:.1f}\u00a0%" if isinstance(share, int | float) else "–"


@register.filter
def share(value: float | None) -> str:
    """``0.558`` as ``55.8``; what is there and below 0.1 % as ``<0.1``, as the thesis prints it; a dash for nothing."""
    if not value:
        return "–"
    return "<0.1" if value < 0.001 else f"{100 * value:.1f}"


@register.filter
def count(number: int) -> str:
    """``239988`` as ``239,988``."""
    return f"{number:,}"


@register.filter
def figure(value: float | None) -> str:
    """Three decimals; a dash where there is nothing."""
    return f"{value:.3f}" if isinstance(value, int | float) else "–"


@register.filter
def interval(bounds: Sequence[float] | None) -> str:
    """``0.712 to 0.842``; empty without."""
    return f"{bounds[0]:.3f} to {bounds[1]:.3f}" if bounds else ""


@register.filter
def percent_interval(bounds: Sequence[float] | None) -> str:
    """``49.5 to 51.5 %``; empty without."""
    return f"{100 * bounds[0]:.1f} to {100 * bounds[1]:.1f}\u00a0%" if bounds else ""


@register.filter
def words(name: str) -> str:
    """``shading_line`` as ``shading line``."""
    return name.replace("_", " ")


@register.filter
def headline(report: dict[str, Any]) -> Headline | None:
    """The report's headline metric; None where nothing was evaluated."""
    return headline_of(report)


@register.filter
def tone(state: str) -> str:
    """Tag class of a round's state."""
    return _TONES.get(RoundState(state), "")
