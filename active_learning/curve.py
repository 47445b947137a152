"""The learning curve over labels and over hours of people's work, and what stopping rules see of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from django.utils import timezone

from active_learning.comparisons import judgement_of
from active_learning.models import ModelVersion, Round
from active_learning.services.freezing import training_labels
from active_learning.services.plans import plan_of
from active_learning.stopping import History, StoppingRule, Verdict
from annotation.selectors.effort import worked_by
from datasets.models import Pool
from modeling.comparing import compare
from modeling.errors import UserError
from modeling.headline import Headline, headline_of, title_of
from modeling.judgements import Judgement, join
from modeling.tasks import TASKS, Task

NAN = float("nan")
_UNKNOWN = (NAN, NAN, NAN)


@dataclass(frozen=True, slots=True)
class Point:
    """A round with a report: the labels it was trained on, the hours worked until it started, its headline."""

    round: Round
    labels: int | None
    hours: float
    headline: Headline | None


def points_of(pool: Pool, task: str) -> list[Point]:
    """All of a pool and task, oldest first; without a headline where it was not evaluated."""
    rounds = list(Round.objects.of(pool, task).evaluated().select_related("model_version"))
    hours = hours_until(pool, TASKS.get(task).kind, [row.started_at or row.created_at for row in rounds])
    return [
        Point(row, row.report.get("train_frames"), spent, headline_of(row.report))
        for row, spent in zip(rounds, hours, strict=True)
    ]


def hours_until(pool: Pool, kind: str, moments: Sequence[datetime]) -> list[float]:
    """Hours of active work on a pool's labels of a kind, held-out ones with them, logged up to each moment."""
    return [seconds / 3600 for seconds in worked_by(pool, kind, moments)]


def history_of(pool: Pool, task: Task, points: Sequence[Point] | None = None) -> History:
    """The evaluated rounds as arrays."""
    points = points_of(pool, task.name) if points is None else points
    known = [point for point in points if point.headline is not None and point.labels is not None]
    rows = [point.round for point in known]
    return History(
        rounds=np.array([row.number for row in rows], np.int64),
        labels=np.array([point.labels for point in known], np.float64),
        hours=np.array([point.hours for point in known], np.float64),
        values=np.array([point.headline.value for point in known if point.headline], np.float64),
        to_last=np.array([_to_last(row, rows[-1], task) for row in rows], np.float64).reshape(-1, 3),
        agreements=np.array(
            [_agreement(row, before) for row, before in zip(rows, [None, *rows], strict=False)], np.float64
        ).reshape(-1, 3),
        labels_now=training_labels(pool, task.kind),
        hours_now=hours_until(pool, task.kind, [timezone.now()])[0],
        metric=title_of(task.headline),
    )


def proposals_of(
    pool: Pool, task: Task, history: History | None = None
) -> list[tuple[StoppingRule, Verdict]]:
    """What each rule that is on says of the pool, in the order of the registry."""
    history = history_of(pool, task) if history is None else history
    return [(rule, rule.judge(history, params)) for rule, params in plan_of(pool, task.name).rules]


def _agreement(row: Round, before: Round | None) -> tuple[float, float, float]:
    """Kappa with the round before, as that round's job found it."""
    found: dict[str, Any] = row.report.get("agreement") or {}
    if before is None or found.get("kappa") is None or found["with"] != before.number:
        return _UNKNOWN
    low, high = found.get("interval") or (NAN, NAN)
    return found["kappa"], low, high


def _to_last(row: Round, last: Round, task: Task) -> tuple[float, float, float]:
    """How much higher the last round's headline is than this one's, on the held-out frames that both judged."""
    if row.pk == last.pk:
        return 0.0, 0.0, 0.0
    if not row.snapshot_id or not last.snapshot_id:
        return _UNKNOWN
    old, new = (_judgement(one) for one in (row, last))
    try:
        return _gain(old.path, new.path, task.name) if old.done and new.done else _UNKNOWN
    except UserError:
        # A damaged judgement is told where versions are compared; a pool's page must come all the same.
        return _UNKNOWN


def _judgement(row: Round) -> Judgement:
    version: ModelVersion = row.model_version
    return judgement_of(version, str(row.snapshot_id))


@lru_cache(maxsize=256)
def _gain(old: Path, new: Path, task: str) -> tuple[float, float, float]:
    """Judgements never change, so each pair is drawn once."""
    joined = join(Judgement(old).frames(), Judgement(new).frames())
    if not joined.frames:
        return _UNKNOWN
    spec = TASKS.get(task)
    found = compare(joined.pairs(), spec.classes, spec.headline).headline
    if found.value is None:
        return _UNKNOWN
    interval = found.interval
    return (found.value, interval.low, interval.high) if interval else (found.value, NAN, NAN)
