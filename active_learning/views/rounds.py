"""Start a round, watch it, cancel or retry it; its files."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from active_learning import reports, selectors
from active_learning.api.lookups import pool_for, round_for
from active_learning.calibrations import calibration_of
from active_learning.estimates import Estimate, estimate_numbered
from active_learning.evaluations import evaluation_of
from active_learning.forms import StartForm
from active_learning.models import ModelVersion, Round
from active_learning.services.estimating import form_values
from active_learning.services.freezing import training_labels
from active_learning.services.rounds import round_cancel, round_retry, round_start
from active_learning.services.standing import version_stood_on
from active_learning.views.common import is_lead, task_of, told_on
from core.devices import gpu_count
from core.http import signed_in
from core.models import JobLogLine
from datasets.models import Pool
from modeling.errors import UserError
from modeling.labels import get_kind
from modeling.tasks import TASKS, Task

LOG_LINES = 200
_PREVIEW = re.compile(r"[\w.-]+\.webp")
FILES = {
    "report.json": "application/json",
    "config.json": "application/json",
    "calibration.json": "application/json",
    "metrics.jsonl": "application/x-ndjson",
}


def round_url(pk: int, **kwargs: Any) -> str:
    """The round's page."""
    return reverse("round", args=[pk])


def start(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; a good one leads to the running round. ``?estimate=`` fills it in as that was asked for."""
    found, task, user = pool_for(request.user, pk), task_of(request), signed_in(request)
    estimate = estimate_numbered(found, request.GET.get("estimate", ""))
    form = start_form(request, found, task, estimate)
    if request.method == "POST" and form.is_valid():
        try:
            started = round_start(pool=found, task=task.name, config=form.config, user=user)
            return redirect(round_url(started.pk))
        except UserError as error:
            form.add_error(None, str(error))
    return start_page(request, found, task, form, estimate)


def start_form(request: HttpRequest, pool: Pool, task: Task, estimate: Estimate | None = None) -> StartForm:
    """The launch form, filled in by what was posted, or as the estimate was asked for."""
    numbers = ModelVersion.objects.of(pool, task.name).order_by("-number").values_list("number", flat=True)
    initial = form_values(task.name, estimate.config) if estimate and estimate.task == task.name else {}
    beneath = selectors.beneath(pool, task)
    return StartForm(request.POST or None, task=task, versions=numbers, beneath=beneath, initial=initial)


def start_page(
    request: HttpRequest, pool: Pool, task: Task, form: StartForm, estimate: Estimate | None = None
) -> HttpResponse:
    """The page of the launch form, with what its training would take where that was asked."""
    context = {
        "pool": pool,
        "task": task,
        "form": form,
        "beneath": selectors.beneath(pool, task),
        "labels": training_labels(pool, task.kind),
        "waiting": selectors.waiting(pool, task.kind),
        "estimate": estimate,
        "is_lead": is_lead(signed_in(request), pool),
        "gpus": gpu_count(),
        "site_processes": settings.SAKKAN_TRAINING_PROCESSES,
    }
    return render(request, "active_learning/start.html", context, status=400 if form.errors else 200)


def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress, loss curve and log while it runs; the report when it is done."""
    found, user = round_for(request.user, pk), signed_in(request)
    job, run = selectors.job_of(found), selectors.run_of(found)
    log = list(JobLogLine.objects.filter(job=job).order_by("-id")[:LOG_LINES]) if job else []
    sees_all = selectors.sees_all(user, found.pool)
    report = (run.report() if run else None) or found.report
    evaluation = evaluation_of(found.task, report, productions=sees_all)
    context = {
        "round": found,
        "pool": found.pool,
        "job": job,
        "running": selectors.is_running(found, job),
        "stages": selectors.stages(found, job),
        "log": log[::-1],
        "config": _config_rows(found),
        "environment": ((run.config() if run else None) or {}).get("environment", {}),
        "stands_on": version_stood_on(found),
        "version": ModelVersion.objects.filter(round=found).first(),
        "evaluation": evaluation,
        "calibration": calibration_of(
            found.task, run.calibration() if run else None, found.report.get("reordered")
        ),
        "confusion": None
        if evaluation
        else reports.confusion_table(found.task, found.report.get("confusion")),
        "worst": reports.worst_frames(run) if sees_all else [],
        "legend": reports.picture_legend(found.task),
        "drawable": get_kind(TASKS.get(found.task).kind).drawable,
        "files": [name for name in FILES if run and (run.path / name).is_file()],
        "is_lead": is_lead(user, found.pool),
    }
    return render(request, "active_learning/round.html", context)


def _config_rows(round_: Round) -> list[tuple[str, Any]]:
    """Settings that say something, in words; what it stands on has a line of its own."""
    rows = [(name.replace("_", " "), value) for name, value in round_.config.items() if name != "stands_on"]
    return [(name, ", ".join(value) if isinstance(value, list) else value) for name, value in rows if value]


@require_POST
@told_on(round_url)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the round."""
    round_cancel(round_=round_for(request.user, pk), user=signed_in(request))
    return redirect(round_url(pk))


@require_POST
@told_on(round_url)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on where it stopped."""
    round_retry(round_=round_for(request.user, pk), user=signed_in(request))
    return redirect(round_url(pk))


def preview(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """An error picture of the run, for whoever may see every production of the pool."""
    run = selectors.run_of(_whole_round(request, pk))
    if run is None or not _PREVIEW.fullmatch(name) or not (run.previews / name).is_file():
        raise Http404
    response = FileResponse((run.previews / name).open("rb"), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def file(request: HttpRequest, pk: int, name: str) -> HttpResponseBase:
    """A file of the run folder."""
    run = selectors.run_of(_whole_round(request, pk))
    if run is None or name not in FILES or not (run.path / name).is_file():
        raise Http404
    return FileResponse(
        (run.path / name).open("rb"), content_type=FILES[name], as_attachment=True, filename=name
    )


def _whole_round(request: HttpRequest, pk: int) -> Round:
    """Run files show frames of any production in the pool, so all of them must be the user's to see."""
    found = round_for(request.user, pk)
    if not selectors.sees_all(signed_in(request), found.pool):
        raise Http404
    return found
