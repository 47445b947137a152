"""What the rounds of a pool took, and how forecasts from them did."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from active_learning.api.lookups import pool_for
from active_learning.forecasting import forecast_of
from active_learning.ledger import WORKS, ledger, total_cost
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
    uses = [use for entry in entries for use in entry.uses]
    context = {
        "pool": pool,
        "task": task,
        "tasks": list(TASKS),
        "metric": title_of(task.headline),
        "works": list(WORKS.values()),
        "rows": [(entry, [entry.works.get(title) for title in WORKS.values()]) for entry in entries[::-1]],
        "total": {
            "device": sum(use.seconds for use in uses) if uses else None,
            "works": [sum(use.seconds for use in uses if use.title == title) for title in WORKS.values()],
            "cost": total_cost(uses),
            "people": sum(entry.people for entry in entries),
        },
        "unpriced": sorted({use.device for use in uses if use.cost is None}),
        "forecast": found,
        "trials": [(trial, found.entries[trial.index]) for trial in found.trials],
    }
    return render(request, "active_learning/ledger.html", context)
