"""Which queues have a worker: workers say so while they live, and it is forgotten when they do not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now
from django.utils import timezone

from core.models import Job, JobState, Worker

WAITING = "Waiting for a worker"
_PATIENCE_SECONDS = 15


def say_present(names: dict[str, str]) -> None:
    """Record a sign of life of each worker's name with its queue."""
    rows = [Worker(name=name, queue=queue, seen_at=Now()) for name, queue in names.items()]
    Worker.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["name"], update_fields=["queue", "seen_at"]
    )


def say_gone(names: Iterable[str]) -> None:
    """Forget these workers, and those that have not been heard of for long."""
    Worker.objects.filter(name__in=list(names)).delete()
    Worker.objects.filter(seen_at__lt=Now() - timedelta(days=1)).delete()


def served_queues() -> set[str]:
    """Return the queues of which a worker has given a sign of life within a job's lease."""
    since = Now() - timedelta(seconds=settings.SAKKAN_JOB_LEASE_SECONDS)
    return set(Worker.objects.filter(seen_at__gt=since).values_list("queue", flat=True).distinct())


def lanes_serving(queue: str) -> int:
    """How many workers of a queue have given a sign of life within a job's lease: so many jobs may run at once."""
    since = Now() - timedelta(seconds=settings.SAKKAN_JOB_LEASE_SECONDS)
    return Worker.objects.filter(queue=queue, seen_at__gt=since).count()


def standing(job: Job) -> str:
    """Return what a job is at, in words; one that has waited in vain says that no worker serves its queue."""
    if job.state != JobState.QUEUED:
        return job.progress_text
    waited = (timezone.now() - job.created_at).total_seconds()
    if waited < _PATIENCE_SECONDS or job.queue in served_queues():
        return WAITING
    return f"No worker serves the queue “{job.queue}”. Start one: python manage.py worker"
