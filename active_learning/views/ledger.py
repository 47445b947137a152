"""What the rounds of a pool took, and how forecasts from them did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from active_learning.api.lookups import pool_for
from active_learning.forecasting import forecast_of
from active_learning.ledger import OF_EVERY_ROUND, WORKS, Use, ledger, to_come, total_cost
from active_learning.views.common import is_lead, task_of
from core.http import signed_in
from modeling.headline import title_of
from modeling.tasks import TASKS


def pool_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    """The ledger of a pool and task with its forecast, for leads of all of its productions."""
    pool, task = pool_for(request.user, pk), task_of(request)
    if not is_lead(signed_in(request), pool):
        raise Http404
    entries = ledger(pool, task.name)
    found = forecast_of(entries, pool.frame_count)
    coming = to_come(pool, task.name)
    uses = [*coming, *(use for entry in entries for use in entry.uses)]
    works = _works(uses)
    context = {
        "pool": pool,
        "task": task,
        "tasks": list(TASKS),
        "metric": title_of(task.headline),
        "works": works,
        "rows": [(entry, [entry.works.get(title) for title in works]) for entry in entries[::-1]],
        "coming": _sums(coming, works) if coming else None,
        "total": {
            **_sums(uses, works),
            "people": sum(entry.people for entry in entries),
        },
        "unpriced": sorted({use.device for use in uses if use.cost is None}),
        "forecast": found,
        "trials": [(trial, found.entries[trial.index]) for trial in found.trials],
    }
    return render(request, "active_learning/ledger.html", context)


def _works(uses: Sequence[Use]) -> list[str]:
    """Columns: what every round does, and what else was done."""
    done = {use.title for use in uses}
    return [title for work, title in WORKS.items() if work in OF_EVERY_ROUND or title in done]


def _sums(uses: Sequence[Use], works: Sequence[str]) -> dict[str, Any]:
    """Seconds on all devices, None without any, by work, and what they cost."""
    return {
        "device": sum(use.seconds for use in uses) if uses else None,
        "works": [sum(use.seconds for use in uses if use.title == title) for title in works],
        "cost": total_cost(uses),
    }
