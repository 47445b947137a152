"""The API of jobs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import selectors
from core.api.pagination import KeysetPagination
from core.api.serializers import JobDetailOut, JobOut
from core.http import signed_in
from core.jobs import job_cancel, job_retry
from core.models import Job, JobState


class _NewestFirst(KeysetPagination):
    """Jobs have no counting id: their time comes first."""

    ordering: Any = ("-created_at", "-id")


@extend_schema(
    parameters=[
        OpenApiParameter("subject", str, description="<app>.<model>:<id>, such as datasets.ingest:7"),
        OpenApiParameter("state", str, enum=JobState.values),
    ]
)
class JobListView(generics.ListAPIView[Job]):
    """Jobs, newest first."""

    serializer_class = JobOut
    pagination_class: type[CursorPagination] = _NewestFirst
    queryset = Job.objects.none()

    def get_queryset(self) -> QuerySet[Job]:
        """Return the jobs one may see, filtered."""
        jobs = selectors.jobs_visible_to(signed_in(self.request))
        params = self.request.query_params
        if state := params.get("state"):
            jobs = jobs.filter(state=state)
        if subject := params.get("subject"):
            subject_type, _, subject_id = subject.partition(":")
            jobs = jobs.filter(subject_type=subject_type, subject_id=subject_id)
        return jobs


class JobView(APIView):
    """One job."""

    @extend_schema(
        operation_id="jobs_retrieve",
        parameters=[OpenApiParameter("after", int, description="log lines after this id only")],
        responses=JobDetailOut,
    )
    def get(self, request: Request, job_id: UUID) -> Response:
        """Tell its state, progress and the tail of its log."""
        return _told(request, _job(request, job_id))


class JobCancelView(APIView):
    """Stop a job."""

    @extend_schema(request=None, responses=JobDetailOut)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Cancel: at once when it waits, at its next check when it runs; 409 when it has ended."""
        return _told(request, job_cancel(job=_job(request, job_id), user=signed_in(request)))


class JobRetryView(APIView):
    """Run a job again."""

    @extend_schema(request=None, responses=JobDetailOut)
    def post(self, request: Request, job_id: UUID) -> Response:
        """Queue a failed or cancelled job once more; 409 for any other."""
        return _told(request, job_retry(job=_job(request, job_id), user=signed_in(request)))


def _job(request: Request, job_id: UUID) -> Job:
    return get_object_or_404(selectors.jobs_visible_to(signed_in(request)), pk=job_id)


def _told(request: Request, job: Job) -> Response:
    return Response(JobDetailOut(job, context={"request": request}).data)
