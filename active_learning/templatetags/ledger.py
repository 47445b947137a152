"""The ledger and the forecast as parts of pages."""

from __future__ import annotations

import math
from typing import Any

from django import template
from django.conf import settings

from active_learning.forecast_plot import plot
from active_learning.forecasting import forecast_of
from active_learning.ledger import entry_of, ledger
from active_learning.models import Round
from active_learning.targets import asked_target
from active_learning.views.common import is_lead
from datasets.models import Pool
from modeling.headline import title_of
from modeling.tasks import Task

register = template.Library()


@register.inclusion_tag("active_learning/_forecast.html", takes_context=True)
def forecast(context: dict[str, Any], pool: Pool, task: Task, back_to: str = "pool") -> dict[str, Any]:
    """How far the curve may go on and what a target takes; time and cost for leads only."""
    request = context["request"]
    found = forecast_of(ledger(pool, task.name), pool.frame_count)
    target = asked_target(request.GET.get("target", "")) or found.usual_target
    needs = found.needs(target)
    return {
        "pool": pool,
        "task": task,
        "metric": title_of(task.headline),
        "forecast": found,
        "target": target,
        "needs": needs,
        "chart": plot(found, needs),
        "is_lead": is_lead(request.user, pool),
        "page": back_to,
    }


@register.inclusion_tag("active_learning/_ledger_round.html", takes_context=True)
def round_ledger(context: dict[str, Any], round_: Round) -> dict[str, Any]:
    """What a round took, for leads."""
    shown = is_lead(context["request"].user, round_.pool)
    return {"entry": entry_of(round_) if shown else None, "round": round_, "pool": round_.pool}


@register.filter
def minutes(seconds: float | None) -> str:
    """``95`` as ``1.6``, ``6000`` as ``100``; a dash where there is nothing."""
    if seconds is None:
        return "–"
    value = seconds / 60
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


@register.filter
def money(amount: float | None) -> str:
    """``1.5`` as ``1.50 USD``, in the site's currency; a dash where nothing is known."""
    if amount is None:
        return "–"
    return f"{amount:,.2f}\u00a0{settings.SAKKAN_CURRENCY}" if amount >= 0.01 or not amount else "< 0.01"


@register.filter
def signed(value: float | None) -> str:
    """``0.02`` as ``+0.020``; a dash where there is nothing."""
    return "–" if value is None else f"{value:+.3f}"


@register.filter
def duration(value: float) -> str:
    """Minutes in words of a forecast: ``40 min``, ``3.5 h``; inf is ``beyond the pool``."""
    if not math.isfinite(value):
        return "beyond the pool"
    return f"{value:.0f} min" if value < 100 else f"{value / 60:,.1f} h"


@register.filter
def frames(value: float) -> str:
    """``1200`` as ``1,200``; inf is ``more than the pool has``."""
    return f"{value:,.0f}" if math.isfinite(value) else "more than the pool has"


@register.filter
def milliseconds(seconds: float) -> str:
    """``0.0312`` as ``31 ms``, ``2.5`` as ``2.5 s``."""
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
