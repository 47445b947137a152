"""What a job's function is handed: progress, log, whether to go on, the fence around its writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.db.models.functions import Now

from core.jobs import lease
from core.jobs.errors import JobInterrupted, LeaseLost
from core.models import Job, JobLogLine

_WRITE_EVERY_S = 1.0

ProgressCallback = Callable[[float, float, str], None]


class JobContext:
    """One attempt at one job.

    Args:
        job: The claimed row.
        stopping: Set when the worker shuts down.
        device: Device asked for on the worker's command line.
        on_progress: Called with (done, total, text) at every progress, unthrottled.
        spare_cores: Cores that computing leaves to others: one to the web where a worker runs the job.
    """

    def __init__(
        self,
        job: Job,
        *,
        stopping: threading.Event | None = None,
        device: str = "auto",
        on_progress: ProgressCallback | None = None,
        spare_cores: int = 1,
    ) -> None:
        self.job = job
        self.attempt = job.attempt
        self.device = device
        self.spare_cores = spare_cores
        self.stopping = stopping or threading.Event()
        self.result: dict[str, Any] | None = None
        self.ticked = time.monotonic()
        self._on_progress = on_progress
        self._written = time.monotonic()
        self._unwritten: dict[str, Any] = {}

    def tick(self) -> None:
        """Say that the work moves on, and :meth:`check`. Writes at most once a second."""
        self.ticked = time.monotonic()
        self._unwritten["ticked_at"] = Now()
        self.check()

    def progress(self, done: float, total: float, text: str = "") -> None:
        """Say how far the work is (``done`` of ``total``, any unit), and :meth:`tick`."""
        self._unwritten |= {"progress_done": done, "progress_total": total, "progress_text": text[:200]}
        if self._on_progress:
            self._on_progress(done, total, text)
        self.tick()

    def log(self, text: str) -> None:
        """Add a line to the job's log, which everybody who sees the job can read."""
        JobLogLine.objects.create(job=self.job, attempt=self.attempt, text=text)

    def check(self) -> None:
        """Ask whether to go on (of the database at most once a second).

        Raises:
            JobInterrupted: The worker shuts down.
            JobCancelled: Somebody cancelled the job.
            LeaseLost: Another attempt has taken over.
        """
        if self.stopping.is_set():
            self.flush()
            raise JobInterrupted(f"the worker of job {self.job.pk} shuts down")
        if time.monotonic() - self._written >= _WRITE_EVERY_S:
            self.flush()

    def flush(self) -> None:
        """Write what :meth:`tick` and :meth:`progress` kept back; raises as :meth:`check`."""
        lease.renew(self.job.pk, self.attempt, **self.take_unwritten())

    def take_unwritten(self) -> dict[str, Any]:
        """Return the columns not yet written, to write them now."""
        unwritten, self._unwritten = self._unwritten, {}
        self._written = time.monotonic()
        return unwritten

    @contextmanager
    def fenced(self) -> Iterator[None]:
        """Open a transaction that only commits while this attempt holds the job; put every write of results
        in one.

        The job's row stays locked inside, so keep it short. Raises ``LeaseLost``.
        """
        with transaction.atomic():
            if not lease.held(self.job.pk, self.attempt).update(ticked_at=Now()):
                raise LeaseLost(f"attempt {self.attempt} of job {self.job.pk} has a successor")
            yield

    def now_about(self, row: Model) -> None:
        """Name the row that the job is about from now on: what it made, where that was not there before."""
        Job.objects.filter(pk=self.job.pk).update(subject_type=row._meta.label_lower, subject_id=str(row.pk))

    def set_result(self, result: dict[str, Any]) -> None:
        """Keep what the job's row shall say it made (JSON), stored when it ends well."""
        self.result = result
