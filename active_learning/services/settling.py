"""Bring a round in line with how its job ended, also where the job's own function never ran."""

from __future__ import annotations

from typing import Any

from active_learning.models import Round, RoundState
from core.models import Job, JobState

_RUNNING = (
    RoundState.OPEN,
    RoundState.LABELING,
    RoundState.FROZEN,
    RoundState.TRAINING,
    RoundState.EVALUATED,
    RoundState.SCORED,
)


def on_job_settled(sender: type[Job], job: Job, **kwargs: Any) -> None:
    """Receiver of `core.jobs.job_settled`, inside its transaction."""
    round_ = Round.objects.filter(job_id=job.pk, state__in=_RUNNING).first()
    if round_ is None or job.state == JobState.DONE:
        return
    cancelled = job.state == JobState.CANCELLED
    Round.objects.filter(pk=round_.pk).update(
        state=RoundState.CANCELLED if cancelled else RoundState.FAILED,
        retry_from=round_.state,
        failure_code="cancelled" if cancelled else job.error_code,
        failure_text="Cancelled by hand." if cancelled else job.error_text,
    )
