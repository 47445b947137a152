"""What people do to rounds: start, cancel, retry. What the job does is in `services.steps`."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from active_learning.models import UNFINISHED, Round, RoundState
from active_learning.services.config import round_config
from active_learning.services.freezing import require_training_label
from active_learning.services.opening import JOINABLE, busy, round_open
from active_learning.services.scoring import require_voters
from active_learning.services.space import TRAIN_BYTES, require_space
from active_learning.services.standing import version_numbered, version_to_stand_on
from annotation.permissions import require_in_pool
from core import audit
from core.errors import ConflictError
from core.jobs import enqueue, job_cancel, job_retry
from core.models import Job, Role, User
from datasets.models import Pool
from modeling.tasks import TASKS

__all__ = ["round_cancel", "round_open", "round_prepare", "round_retry", "round_start"]

RETRYABLE = (RoundState.FAILED, RoundState.CANCELLED)


def round_start(*, pool: Pool, task: str, config: dict[str, Any], user: User | None) -> Round:
    """Take the pool's open round, or open one, and queue its job: freeze, train, evaluate, score.

    Args:
        pool: Whose accepted labels train.
        task: Name of the model task.
        config: Raw settings, see `RoundConfig`.
        user: Lead of the pool, or None for the command line.

    Raises:
        UserError: ``no_labels``, ``no_space``, ``unknown_version``, ``no_model_beneath``, ``no_voters`` or a setting
            that does not fit.
        ConflictError: ``round_busy``.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    from active_learning.jobs import round_run

    with transaction.atomic():
        round_ = round_prepare(pool=pool, task=task, config=config, user=user)
        _take_job(round_, enqueue(round_run, **job_options(round_, user)))
    return round_


@transaction.atomic
def round_prepare(*, pool: Pool, task: str, config: dict[str, Any], user: User | None) -> Round:
    """Guard a start and store its settings, without queueing the job (``--wait`` runs it right here)."""
    if user is not None:
        require_in_pool(user, pool, Role.LEAD)
    spec, checked = TASKS.get(task), round_config(task, config)
    require_training_label(pool, spec.kind)
    require_space(TRAIN_BYTES, "Training")
    for number in (checked.from_version, checked.hard_by):
        if number is not None:
            version_numbered(pool, task, number)
    require_voters(pool, task, checked)
    beneath = version_to_stand_on(pool, spec, checked)
    checked = checked.model_copy(update={"stands_on": beneath and beneath.number})
    round_ = round_open(pool=pool, task=task, user=user)
    round_.config = checked.model_dump(mode="json")
    round_.started_at = timezone.now()
    round_.save(update_fields=["config", "started_at"])
    audit.record(
        "round.start", subject=round_, actor=user, number=round_.number, **checked.model_dump(mode="json")
    )
    return round_


def job_options(round_: Round, user: User | None) -> dict[str, Any]:
    """Arguments of `core.jobs.enqueue` for the job of a round."""
    return {
        "title": f"Round {round_.number} of {round_.pool.name} ({round_.task})",
        "actor": user,
        "production": round_.pool.productions.first(),
        "subject": round_,
        "round_id": round_.pk,
    }


def _take_job(round_: Round, job: Job) -> None:
    """Make this the round's one job, unless another start came first."""
    free = Round.objects.filter(pk=round_.pk, state__in=JOINABLE, job_id__isnull=True)
    if not free.update(job_id=job.pk):
        raise busy(round_)
    round_.job_id = job.pk


@transaction.atomic
def round_cancel(*, round_: Round, user: User | None) -> Round:
    """Cancel a round: its job where one runs (a checkpoint is kept), else the round itself.

    Labels and open assignments stay; they go to the next round.

    Raises:
        ConflictError: ``round_ended``.
    """
    _require_lead(round_, user)
    round_.refresh_from_db()
    if round_.state not in UNFINISHED:
        raise ConflictError(f"Round {round_.number} has ended.", code="round_ended")
    job = _job_of(round_)
    if job is not None and not job.is_finished and user is not None:
        job_cancel(job=job, user=user)  # job_settled moves the round, at once or when the job notices
    else:
        before = round_.retry_from or round_.state
        sentence = "Cancelled by hand."
        Round.objects.filter(pk=round_.pk).update(
            state=RoundState.CANCELLED, retry_from=before, failure_code="cancelled", failure_text=sentence
        )
    audit.record("round.cancel", subject=round_, actor=user, number=round_.number)
    round_.refresh_from_db()
    return round_


@transaction.atomic
def round_retry(*, round_: Round, user: User | None) -> Round:
    """Go on with a failed or cancelled round where it stopped; its training resumes from the checkpoint.

    Raises:
        ConflictError: ``round_not_ended``, or ``round_busy`` when another round has been opened meanwhile.
    """
    _require_lead(round_, user)
    round_.refresh_from_db()
    if round_.state not in RETRYABLE:
        raise ConflictError("Only a failed or cancelled round can be retried.", code="round_not_ended")
    other = Round.objects.of(round_.pool, round_.task).unfinished().exclude(pk=round_.pk).first()
    if other is not None:
        raise busy(other)
    job = _job_of(round_)
    round_take_up(round_)
    if job is not None and user is not None:
        job_retry(job=job, user=user)
    audit.record("round.retry", subject=round_, actor=user, number=round_.number)
    return round_


def round_take_up(round_: Round) -> None:
    """Put a failed or cancelled round back where it stopped."""
    back = Round.objects.filter(pk=round_.pk, state__in=RETRYABLE)
    back.update(state=round_.retry_from, retry_from="", failure_code="", failure_text="")
    round_.refresh_from_db()


def _job_of(round_: Round) -> Job | None:
    return Job.objects.filter(pk=round_.job_id).first() if round_.job_id else None


def _require_lead(round_: Round, user: User | None) -> None:
    if user is not None:
        require_in_pool(user, round_.pool, Role.LEAD)
