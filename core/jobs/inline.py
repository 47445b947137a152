"""A job in this very process: what ``--wait`` does, with no worker about."""

from __future__ import annotations

import os
import socket
from contextlib import nullcontext
from typing import Any

from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from core.jobs import lease
from core.jobs.context import JobContext, ProgressCallback
from core.jobs.heartbeat import Heartbeat
from core.jobs.queue import JobFunction, enqueue
from core.jobs.runner import run_claimed
from core.models import Job


def run_inline(
    job_fn: JobFunction, *, on_progress: ProgressCallback | None = None, device: str = "auto", **options: Any
) -> Job:
    """Queue, claim and run a job here, under the same lease as in a worker; return its row when done.

    Whoever calls waits for it: it may use every core. Killed in the middle, it is taken up by the next worker
    like any other.

    Args:
        job_fn: A function under :func:`core.jobs.job`.
        on_progress: Called with (done, total, text).
        device: What ``--device`` said.
        options: Those of :func:`core.jobs.enqueue`.

    Raises:
        UserError: The job's; Ctrl-C cancels the job and passes through.
    """
    worker = f"{socket.gethostname()[:30]}:{os.getpid()}:inline"
    with transaction.atomic():
        queued = enqueue(job_fn, **options)
        claimed = lease.claim(DBTaskResult.objects.get(pk=queued.pk), worker)
    assert claimed is not None  # nobody else could see the row yet
    context = JobContext(claimed, on_progress=on_progress, device=device, spare_cores=0)
    # Inside somebody's transaction no other connection sees the row: none could take it, none could renew it.
    with nullcontext() if connection.in_atomic_block else Heartbeat(context):
        run_claimed(context)
    claimed.refresh_from_db()
    return claimed
