"""Opening the pool's next round: at most one unfinished round a pool and task."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max

from active_learning.models import Round, RoundState
from core import audit
from core.errors import ConflictError
from core.models import User
from datasets.models import Pool
from modeling.tasks import TASKS

JOINABLE = (RoundState.OPEN, RoundState.LABELING)


def next_number(pool: Pool, task: str) -> int:
    """Number of the round that a selection made now would go to, from 1."""
    rounds = Round.objects.of(pool, task)
    waiting = rounds.filter(state__in=JOINABLE).values_list("number", flat=True).first()
    return waiting or (rounds.aggregate(last=Max("number"))["last"] or 0) + 1


def round_open(*, pool: Pool, task: str, user: User | None) -> Round:
    """Return the round that takes selections and labels now, opening the next one where there is none.

    Raises:
        ConflictError: ``round_busy`` while a round trains, or waits to be retried or cancelled.
    """
    TASKS.get(task)
    current = Round.objects.of(pool, task).unfinished().first()
    if current is not None:
        if current.state not in JOINABLE or current.job_id is not None:
            raise busy(current)
        return current
    try:
        with transaction.atomic():
            opened = Round.objects.create(pool=pool, task=task, number=next_number(pool, task), user=user)
            audit.record("round.open", subject=opened, actor=user, number=opened.number)
    except IntegrityError:  # somebody else opened it in this moment
        return Round.objects.of(pool, task).unfinished().get()
    return opened


def busy(round_: Round) -> ConflictError:
    """What to say while a round cannot take anything."""
    if round_.state == RoundState.FAILED:
        message, remedy = f"Round {round_.number} has failed.", "Retry or cancel it first."
    else:
        message, remedy = f"Round {round_.number} is running.", "Wait until it has finished, or cancel it."
    return ConflictError(message, code="round_busy", remedy=remedy)


def round_label(round_: Round) -> None:
    """Say that frames of this round wait for people."""
    Round.objects.filter(pk=round_.pk, state=RoundState.OPEN).update(state=RoundState.LABELING)
    round_.refresh_from_db(fields=["state"])
