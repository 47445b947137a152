"""The pool's page: where the loop stands and the one thing to do next."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from active_learning import reports, selectors
from active_learning.api.lookups import pool_for
from active_learning.curve import history_of, points_of, proposals_of
from active_learning.evaluations import classes_of
from active_learning.models import Round, Selection, SelectionState
from active_learning.services.freezing import freeze_start
from active_learning.services.versions import model_version_roll_back
from active_learning.views.common import is_lead, is_reviewer, task_of, told_on
from core.http import signed_in
from core.models import User
from datasets.models import Pool, PoolFrame
from modeling.headline import title_of
from modeling.labels import get_kind
from modeling.tasks import TASKS, Task

STRIP = 12


def pool_url(pk: int, **kwargs: Any) -> str:
    """The pool's page."""
    return reverse("pool", args=[pk])


def pool(request: HttpRequest, pk: int) -> HttpResponse:
    """Header, current round, learning curve, confusion matrix, worst frames, rounds, model versions."""
    found, task, user = pool_for(request.user, pk), task_of(request), signed_in(request)
    round_ = selectors.latest_round(found, task.name)
    job = selectors.job_of(round_) if round_ else None
    points = points_of(found, task.name)
    history = history_of(found, task, points)
    context = {
        "pool": found,
        "task": task,
        "tasks": list(TASKS),
        "metric": title_of(task.headline),
        "drawable": get_kind(task.kind).drawable,
        "is_lead": is_lead(user, found),
        "is_reviewer": is_reviewer(user, found),
        "strip": _strip(found, user),
        "round": round_,
        "job": job,
        "running": round_ is not None and selectors.is_running(round_, job),
        "stages": selectors.stages(round_, job),
        "drafting": selectors.drafting(found, task.name),
        "action": selectors.next_action(found, task.name),
        "waiting": selectors.waiting(found, task.kind),
        "labels": history.labels_now,
        "proposal": Selection.objects.of(found, task.name).filter(state=SelectionState.PROPOSED).first(),
        "rounds": Round.objects.of(found, task.name).order_by("-number"),
        "versions": selectors.versions(found, task.name),
        "curve": selectors.curve_of(points),
        "stop": [(rule, verdict) for rule, verdict in proposals_of(found, task, history) if verdict.stop],
        **_latest_report(found, task, user),
    }
    return render(request, "active_learning/pool.html", context)


def _strip(pool: Pool, user: User) -> list[PoolFrame]:
    """A few frames spread over the pool by row id: no counting, no sorting of 100,000 rows."""
    members = PoolFrame.objects.visible_to(user).filter(pool=pool).order_by("id")
    first, last = members.first(), members.last()
    if first is None or last is None:
        return []
    step = max(1, (last.pk - first.pk) // STRIP)
    starts = range(first.pk, last.pk + 1, step)
    found = (members.filter(pk__gte=start).first() for start in list(starts)[:STRIP])
    return list({member.pk: member for member in found if member is not None}.values())


def _latest_report(pool: Pool, task: Task, user: User) -> dict[str, Any]:
    """Report, confusion matrix and worst frames of the newest finished round."""
    latest = Round.objects.of(pool, task.name).evaluated().last()
    if latest is None:
        return {"evaluated": None}
    return {
        "evaluated": latest,
        "classes": classes_of(task.name, latest.report),
        "confusion": reports.confusion_table(task.name, latest.report.get("confusion")),
        "worst": reports.worst_frames(selectors.run_of(latest))[:6] if selectors.sees_all(user, pool) else [],
        "legend": reports.picture_legend(task.name),
    }


@require_POST
@told_on(lambda pk: reverse("pool-snapshots", args=[pk]))
def freeze(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze what is accepted now, and watch it."""
    found, kind = pool_for(request.user, pk), request.POST.get("kind", "")
    return redirect("job", freeze_start(pool=found, kind=kind, user=signed_in(request)).pk)


@require_POST
@told_on(pool_url)
def roll_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Use the version before."""
    found, task = pool_for(request.user, pk), task_of(request)
    model_version_roll_back(pool=found, task=task.name, user=signed_in(request))
    return redirect(f"{pool_url(pk)}?task={task.name}#versions")
