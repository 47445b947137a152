"""Time on devices beside the rounds: estimates, searches for label errors, features; and which round each prepared.

Such a job is about the pool or a search, not about a round. It belongs to the round that was the next to start, of its
own task, or of any where it serves all of them, as features do; what came after the last start is the next one's.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django_tasks_db.models import DBTaskResult

from active_learning.models import Round
from annotation.models import LabelSearch
from core.models import DeviceUse
from datasets.models import Pool

Kind = tuple[str, str, str]
"""Work, device and machine."""


def asides(pool: Pool, task: str) -> Mapping[int | None, dict[Kind, float]]:
    """Seconds by kind for each round of a task, by its id; under None those of a round that has not started."""
    starts = list(
        Round.objects.filter(pool=pool, started_at__isnull=False)
        .order_by("started_at", "pk")
        .values_list("started_at", "task", "pk")
    )
    found: dict[int | None, dict[Kind, float]] = defaultdict(lambda: defaultdict(float))
    for own, used_at, kind, seconds in _uses(pool):
        if own in (None, task):
            round_task, round_pk = _next(starts, used_at, own)
            if round_task in (None, task):
                found[round_pk][kind] += seconds
    return found


def _next(
    starts: list[tuple[datetime, str, int]], used_at: datetime, own: str | None
) -> tuple[str | None, int | None]:
    """Task and id of the first round that started from then on, of that task or of any; Nones without one."""
    first = bisect_left(starts, used_at, key=lambda start: start[0])
    later = ((task, pk) for _, task, pk in starts[first:] if own in (None, task))
    return next(later, (None, None))


def _uses(pool: Pool) -> Iterable[tuple[str | None, datetime, Kind, float]]:
    """Task (None for all), time, kind and seconds of each stretch of a job about the pool or one of its searches."""
    searches = {str(pk): task for pk, task in LabelSearch.objects.filter(pool=pool).values_list("pk", "task")}
    about_pool = Q(job__subject_type=Pool._meta.label_lower, job__subject_id=str(pool.pk))
    about_search = Q(job__subject_type=LabelSearch._meta.label_lower, job__subject_id__in=list(searches))
    columns = ("job_id", "job__subject_type", "job__subject_id", "started_at", "work", "device", "machine")
    rows = list(DeviceUse.objects.filter(about_pool | about_search).values_list(*columns, "seconds"))
    asked = _tasks_asked({row[0] for row in rows if row[4] == "warmup"})
    for job, about, subject, used_at, work, device, machine, seconds in rows:
        if about == LabelSearch._meta.label_lower:
            own, work = searches[subject], "crossfit"  # its evaluation is part of it, as an estimate's is
        elif job in asked:
            own, work = asked[job], "warmup"
        else:
            own = None
        yield own, used_at, (work, device, machine), seconds


def _tasks_asked(jobs: set[Any]) -> dict[Any, str]:
    """The model task that each of these estimates was asked for."""
    rows = DBTaskResult.objects.filter(pk__in=jobs).values_list("pk", "args_kwargs")
    return {pk: said["kwargs"]["task"] for pk, said in rows}
