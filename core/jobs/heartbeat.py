"""Keeps the lease of a working job, and lets that of a hung one run out."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType

from django.conf import settings
from django.db import OperationalError, connection

from core.jobs import lease
from core.jobs.context import JobContext
from core.jobs.errors import JobCancelled, LeaseLost

logger = logging.getLogger(__name__)


class Heartbeat:
    """Renews the lease in a thread while the last tick is younger than ``SAKKAN_JOB_STALL_SECONDS``.

    Args:
        context: The attempt to keep alive.
        on_lost: Called in the thread when the lease is gone and the job has not ended a lease's length later:
            its function hangs, and only the end of the process gets rid of it.
    """

    def __init__(self, context: JobContext, *, on_lost: Callable[[], None] | None = None) -> None:
        self._context = context
        self._on_lost = on_lost
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended.wait(settings.SAKKAN_JOB_LEASE_SECONDS / 3):
                if not self._renew():
                    self._give_up()
                    return
        finally:
            connection.close()

    def _renew(self) -> bool:
        """Renew unless the job hangs; false when the lease is gone for good."""
        try:
            if time.monotonic() - self._context.ticked < settings.SAKKAN_JOB_STALL_SECONDS:
                lease.renew(self._context.job.pk, self._context.attempt)
            return lease.held(self._context.job.pk, self._context.attempt).exists()
        except JobCancelled:
            return True  # the function finds out at its next check
        except LeaseLost:
            return False
        except OperationalError:
            logger.warning("could not renew the lease of job %s; trying again", self._context.job.pk)
            return True

    def _give_up(self) -> None:
        if not self._ended.wait(settings.SAKKAN_JOB_LEASE_SECONDS) and self._on_lost:
            self._on_lost()
