"""What people do to jobs: cancel and retry."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now

from core import audit
from core.errors import ConflictError
from core.jobs import lease
from core.models import Job, JobState, Role, User
from core.permissions import has_role

_RETRYABLE = (JobState.FAILED, JobState.CANCELLED)


def may_change(job: Job, user: User) -> bool:
    """Whether the user may cancel or retry the job: who started it, or a lead of its production."""
    if user.is_superuser or job.actor_id == user.pk:
        return True
    return job.production_id is not None and has_role(user, [job.production_id], Role.LEAD)


def job_cancel(*, job: Job, user: User) -> Job:
    """Cancel a job: at once when it waits, at its next check when it runs; ``ConflictError`` when over."""
    with transaction.atomic():
        _require(job, user)
        if lease.settle_queued(job.pk, JobState.CANCELLED) is None:
            running = Job.objects.filter(pk=job.pk, state=JobState.RUNNING)
            if not running.update(cancel_requested_at=Now()):
                raise ConflictError("This job has already ended.", code="job_ended")
        return _recorded("job.cancel", job, user)


def job_retry(*, job: Job, user: User) -> Job:
    """Queue a failed or cancelled job once more; it resumes. Raises ``ConflictError`` for any other."""
    with transaction.atomic():
        _require(job, user)
        if not lease.reset(job, from_states=_RETRYABLE):
            raise ConflictError("Only a failed or cancelled job can be retried.", code="job_not_ended")
        return _recorded("job.retry", job, user)


def _require(job: Job, user: User) -> None:
    if not may_change(job, user):
        raise PermissionDenied("Only who started a job, or a lead, may do this.")


def _recorded(action: str, job: Job, user: User) -> Job:
    audit.record(action, subject=job, actor=user, production_id=job.production_id, title=job.title)
    job.refresh_from_db()
    return job
