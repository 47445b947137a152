"""Declare a job, and put one in the queue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django_tasks import task
from django_tasks.base import Task

from core.models import Job, User

JobFunction = Task[Any, Any]

SHORT = "short"
"""The queue of what takes a device for seconds while somebody looks on."""


def job(queue: str = "default") -> Callable[[Callable[..., Any]], JobFunction]:
    """Make a module-level function ``def name(context: JobContext, **ids)`` a job of that queue.

    ``default`` runs beside ``training``; what occupies a device for minutes belongs in ``training``, what does so for
    seconds in ``short``, which waits for no training (`core.devices.hold_or_beside`).
    """

    def declare(function: Callable[..., Any]) -> JobFunction:
        return task(queue_name=queue, takes_context=True)(function)

    return declare


def enqueue(
    job_fn: JobFunction,
    *,
    title: str,
    actor: User | None = None,
    production: models.Model | None = None,
    subject: models.Model | None = None,
    **ids: Any,
) -> Job:
    """Put a job in the queue: its lease and its task row in one transaction.

    Args:
        job_fn: A function under :func:`job`.
        title: What people read in the list, such as ``Ingest into city``.
        actor: Who asked for it.
        production: Whose members may see it.
        subject: The row it works on, found by ``/api/jobs/?subject=<label>:<pk>``.
        ids: JSON keyword arguments of the function.
    """
    with transaction.atomic():
        result = job_fn.enqueue(**ids)
        return Job.objects.create(
            id=UUID(result.id),
            name=job_fn.module_path[:128],
            queue=job_fn.queue_name,
            title=title[:200],
            actor=actor,
            production_id=production.pk if production is not None else None,
            subject_type=subject._meta.label_lower if subject is not None else "",
            subject_id=str(subject.pk) if subject is not None else "",
        )
