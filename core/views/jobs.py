"""Pages of jobs."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from core import selectors
from core.http import signed_in
from core.jobs import job_cancel, job_retry
from core.jobs.services import may_change
from core.keyset import newest_first
from core.models import Job, JobState


@require_GET
def job_list(request: HttpRequest) -> HttpResponse:
    """List jobs, newest first, by state."""
    state = request.GET.get("state", "")
    jobs = selectors.jobs_visible_to(signed_in(request))
    if state in JobState.values:
        jobs = jobs.filter(state=state)
    page = newest_first(jobs, "created_at", "id", before=request.GET.get("before", ""))
    return render(request, "core/jobs.html", {"page": page, "state": state, "states": JobState.choices})


@require_GET
def job_page(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Show one job: progress, log, what went wrong and what to do."""
    user = signed_in(request)
    job = get_object_or_404(selectors.jobs_visible_to(user), pk=job_id)
    shown = {
        "job": job,
        "log": selectors.log_of(job),
        "may_change": may_change(job, user),
        "subject_page": selectors.page_of(job.subject_type, job.subject_id) if job.subject_id else "",
        "traceback": selectors.traceback_of(job) if user.is_staff else "",
    }
    return render(request, "core/job.html", shown)


@require_POST
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Cancel a job."""
    job_cancel(job=_changeable(request, job_id), user=signed_in(request))
    return redirect("job", job_id)


@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Queue a failed or cancelled job once more."""
    job_retry(job=_changeable(request, job_id), user=signed_in(request))
    return redirect("job", job_id)


def _changeable(request: HttpRequest, job_id: UUID) -> Job:
    return get_object_or_404(selectors.jobs_visible_to(signed_in(request)), pk=job_id)
