"""Where the demo's sign-in link lands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from active_learning.models import Round
from annotation.models import Assignment, AssignmentState
from core.models import Job
from sakkan.demo import show


def landing(request: HttpRequest) -> HttpResponse:
    """Redirect to a drafted frame once there is one, else to the round, the ingest or the drawing job."""
    drafted = Assignment.objects.filter(
        pool__name=show.POOL, state=AssignmentState.OPEN, with_draft=True, frame__drafts__isnull=False
    ).order_by("-priority", "id")
    if (assignment := drafted.first()) is not None:
        return redirect(f"/annotate/{assignment.pk}/")
    if (found := Round.objects.filter(pool__name=show.POOL).order_by("number").last()) is not None:
        return redirect(f"/rounds/{found.pk}/")
    job = Job.objects.filter(subject_type="datasets.ingest").order_by("created_at").last()
    if job is not None:
        return redirect(f"/ingests/{job.subject_id}/")
    job = Job.objects.filter(name__endswith="demo_render").order_by("created_at").last()
    return redirect(f"/jobs/{job.pk}/" if job is not None else "/")
