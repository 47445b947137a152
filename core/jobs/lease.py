"""The lease beside each task row, moved only by conditional UPDATEs.

Every change names the attempt it believes in, so that of two workers exactly one wins. Times are the
database's own: the clocks of several machines differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from core.jobs.errors import JobCancelled, LeaseLost
from core.jobs.signals import job_settled
from core.models import Job, JobState

MAX_LOSSES = 5
_FREE: dict[str, Any] = {"lease_expires_at": None, "worker": ""}
_LOST_TEXT = f"The worker was lost {MAX_LOSSES} times while it did this."


def lease_end() -> Any:
    """Return the database expression for when a lease taken or renewed now runs out."""
    return Now() + timedelta(seconds=settings.SAKKAN_JOB_LEASE_SECONDS)


def held(job_id: Any, attempt: int) -> QuerySet[Job]:
    """Return the job's row if that attempt still holds it, else no row."""
    return Job.objects.filter(pk=job_id, attempt=attempt, state=JobState.RUNNING)


def claim_next(queues: Iterable[str], worker: str) -> Job | None:
    """Claim the next ready job of these queues, or none.

    PostgreSQL skips rows that another worker is claiming; SQLite's IMMEDIATE transactions come one after
    another.
    """
    ready = DBTaskResult.objects.ready().filter(queue_name__in=list(queues))
    ready = ready.filter(pk__in=Job.objects.filter(state=JobState.QUEUED).values("pk"))
    if not ready.exists():
        return None
    with transaction.atomic():
        task = ready.get_locked()
        return claim(task, worker) if task is not None else None


def claim(task: DBTaskResult, worker: str) -> Job | None:
    """Claim one task row with its lease; call it inside a transaction. None when somebody else was first."""
    won = Job.objects.filter(pk=task.pk, state=JobState.QUEUED).update(
        state=JobState.RUNNING,
        attempt=F("attempt") + 1,
        worker=worker[:64],
        lease_expires_at=lease_end(),
        ticked_at=Now(),
        started_at=Now(),
        finished_at=None,
    )
    if not won:
        return None
    task.claim(worker[:64])
    return Job.objects.get(pk=task.pk)


def renew(job_id: Any, attempt: int, **progress: Any) -> None:
    """Push the lease's end out and store progress.

    Raises:
        LeaseLost: When the attempt no longer holds the job.
        JobCancelled: When somebody asked for that.
    """
    rows = held(job_id, attempt)
    if not rows.update(lease_expires_at=lease_end(), **progress):
        raise LeaseLost(f"attempt {attempt} of job {job_id} has a successor")
    if rows.filter(cancel_requested_at__isnull=False).exists():
        raise JobCancelled(f"job {job_id} was cancelled")


def settle(job_id: Any, attempt: int, state: JobState, *, traceback: str = "", **fields: Any) -> Job:
    """End an attempt: done, failed or cancelled; raises ``LeaseLost`` when it no longer holds the job."""
    with transaction.atomic():
        if not held(job_id, attempt).update(state=state, lease_expires_at=None, finished_at=Now(), **fields):
            raise LeaseLost(f"attempt {attempt} of job {job_id} has a successor")
        return _announce(job_id, traceback)


def settle_queued(job_id: Any, state: JobState) -> Job | None:
    """End a job that nobody works on; none when somebody does by now."""
    with transaction.atomic():
        if not Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(state=state, finished_at=Now()):
            return None
        return _announce(job_id)


def put_back(job_id: Any, attempt: int) -> bool:
    """Give a held job back to the queue in good order, which is no loss; false when it was not held.

    One that somebody asked to cancel ends as cancelled.
    """
    rows = held(job_id, attempt)
    with transaction.atomic():
        if done := rows.filter(cancel_requested_at=None).update(state=JobState.QUEUED, **_FREE):
            _make_ready(job_id)
        elif done := rows.update(state=JobState.CANCELLED, finished_at=Now(), **_FREE):
            _announce(job_id)
    return bool(done)


def put_back_expired() -> list[Job]:
    """Give jobs whose lease ran out back to the queue (or end them); return them as they were."""
    expired = Job.objects.filter(state=JobState.RUNNING, lease_expires_at__lt=Now())
    return [job for job in expired if _take_from(job)]


def expire(worker: str) -> int:
    """Let the leases of a worker that is certainly dead run out now; return how many it held."""
    held_by = Job.objects.filter(state=JobState.RUNNING, worker=worker)
    return held_by.update(lease_expires_at=Now() - timedelta(seconds=1))


def reset(job: Job, *, from_states: Iterable[str]) -> bool:
    """Queue an ended job once more with a clean slate; the attempt number goes on counting."""
    with transaction.atomic():
        done = Job.objects.filter(pk=job.pk, state__in=list(from_states)).update(
            state=JobState.QUEUED,
            losses=0,
            cancel_requested_at=None,
            error_kind="",
            error_code="",
            error_text="",
            result=None,
            finished_at=None,
        )
        if done:
            _make_ready(job.pk)
    return bool(done)


def _take_from(job: Job) -> bool:
    """Take the job from a lost worker: cancelled if that was asked, failed if it keeps losing them."""
    rows = held(job.pk, job.attempt).filter(lease_expires_at__lt=Now())
    common = {**_FREE, "losses": F("losses") + 1}
    with transaction.atomic():
        if job.cancel_requested_at is not None:
            ended = rows.update(state=JobState.CANCELLED, finished_at=Now(), **common)
        elif job.losses + 1 >= MAX_LOSSES:
            lost = {"error_kind": "ours", "error_code": "worker_lost", "error_text": _LOST_TEXT}
            ended = rows.update(state=JobState.FAILED, finished_at=Now(), **lost, **common)
        else:
            if queued := rows.update(state=JobState.QUEUED, **common):
                _make_ready(job.pk)
            return bool(queued)
        if ended:
            _announce(job.pk)
    return bool(ended)


def _make_ready(job_id: Any) -> None:
    DBTaskResult.objects.filter(pk=job_id).update(status=TaskResultStatus.READY, finished_at=None)


def _announce(job_id: Any, traceback: str = "") -> Job:
    """Bring the task row in line with the job's end and tell the apps, inside the caller's transaction."""
    job = Job.objects.get(pk=job_id)
    good = job.state == JobState.DONE
    DBTaskResult.objects.filter(pk=job_id).update(
        status=TaskResultStatus.SUCCESSFUL if good else TaskResultStatus.FAILED,
        finished_at=Now(),
        return_value=job.result,
        exception_class_path="" if good else job.error_code or job.state,
        traceback=traceback,
    )
    job_settled.send(sender=Job, job=job)
    return job
