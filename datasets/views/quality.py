"""A pool's poor frames: what was measured, what a threshold leaves out, the worst as pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.http import signed_in
from core.models import Job, JobState
from datasets.jobs import quality_measure_job
from datasets.models import Pool
from datasets.quality import MEASURES, Measure, get_measure
from datasets.quality_figures import PoolQuality, counts, histogram, pool_quality, worst
from datasets.services.quality import frames_leave_out, quality_measure_start
from modeling.errors import UserError

SHOWN, PAGE = 6, 48


@require_safe
def pool_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Histogram, threshold and worst frames of each measure."""
    pool = _pool(request, pk)
    quality = pool_quality(pool, request.user)
    thresholds = {name: pool.left_out.get(name, measure.threshold) for name, measure in MEASURES.items()}
    found, job = counts(quality, thresholds), _job(pool)
    context: dict[str, Any] = {
        "pool": pool,
        "frames": len(quality.ids),
        "unmeasured": _unmeasured(quality),
        "is_lead": Pool.objects.changeable_by(request.user).filter(pk=pool.pk).exists(),
        "job": job,
        "running": job is not None and job.state in (JobState.QUEUED, JobState.RUNNING),
        "together": counts(quality, pool.left_out)["together"],
        "rows": [_row(pool, quality, measure, thresholds, found) for measure in MEASURES.values()],
    }
    return render(request, "datasets/quality.html", context)


def _row(
    pool: Pool, quality: PoolQuality, measure: Measure, thresholds: dict[str, float], found: dict[str, Any]
) -> dict[str, Any]:
    span = measure.high - measure.low
    return {
        "measure": measure,
        "threshold": thresholds[measure.name],
        "at": f"{100 * min(1, max(0, (thresholds[measure.name] - measure.low) / span)):.2f}",
        "step": f"{span / 500:g}",
        "chosen": measure.name in pool.left_out,
        "counts": found["measures"][measure.name],
        "bars": histogram(quality, measure),
        "worst": worst(quality, measure, size=SHOWN),
    }


def _unmeasured(quality: PoolQuality) -> int:
    return int(np.isnan(quality.values).all(1).sum())


@require_safe
def numbers(request: HttpRequest, pk: int) -> JsonResponse:
    """How many frames the thresholds in the query leave out, each and together."""
    pool = _pool(request, pk)
    return JsonResponse(
        counts(
            pool_quality(pool, request.user),
            _thresholds(request.GET, [name for name in MEASURES if name in request.GET]),
        )
    )


@require_safe
def measure_page(request: HttpRequest, pk: int) -> HttpResponse:
    """All frames by one measure (``?by=``), the worst first."""
    pool, measure = _pool(request, pk), get_measure(request.GET.get("by") or next(iter(MEASURES)))
    start = int(request.GET["from"]) if request.GET.get("from", "").isdigit() else 0
    rows = worst(pool_quality(pool, request.user), measure, start=start, size=PAGE + 1)
    threshold = pool.left_out.get(measure.name, measure.threshold)
    context = {
        "pool": pool,
        "measure": measure,
        "measures": MEASURES.values(),
        "threshold": threshold,
        "chosen": measure.name in pool.left_out,
        "rows": [(row, bool(measure.poor(np.array([row.value]), threshold)[0])) for row in rows[:PAGE]],
        "start": start,
        "before": max(0, start - PAGE) if start else None,
        "after": start + PAGE if len(rows) > PAGE else None,
    }
    return render(request, "datasets/quality_measure.html", context)


@require_POST
def measure_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the measuring and go to its job."""
    return redirect("job", quality_measure_start(pool=_pool(request, pk), user=signed_in(request)).pk)


@require_POST
def leave_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Store the thresholds of the measures that are ticked; of none, selection leaves nothing out."""
    pool = _pool(request, pk)
    try:
        thresholds = _thresholds(request.POST, request.POST.getlist("measure"))
        frames_leave_out(pool=pool, thresholds=thresholds, user=signed_in(request))
        said = "Selection leaves these frames out." if thresholds else "Selection leaves nothing out."
        messages.success(request, said)
    except UserError as error:
        messages.error(request, str(error))
    return redirect("pool-quality", pk=pk)


def _thresholds(query: QueryDict, names: list[str]) -> dict[str, float]:
    """The thresholds of these measures.

    Raises:
        UserError: ``unknown_measure`` or ``bad_threshold``.
    """
    found = {}
    for name in names:
        measure, said = get_measure(name), query.get(name, "")
        try:
            found[name] = float(said)
        except ValueError:
            message = f"{measure.title}: {said!r} is no number."
            raise UserError(message, code="bad_threshold") from None
    return found


def _pool(request: HttpRequest, pk: int) -> Pool:
    return get_object_or_404(Pool.objects.visible_to(request.user), pk=pk)


def _job(pool: Pool) -> Job | None:
    """The newest job that measured this pool."""
    jobs = Job.objects.about(pool).filter(name=quality_measure_job.module_path)
    return jobs.order_by("-created_at").first()
