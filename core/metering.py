"""Keeps how long jobs hold devices, attempt by attempt, while they do."""

from __future__ import annotations

import logging
import socket
from time import monotonic
from types import TracebackType

from django.db import OperationalError

from core.jobs.context import JobContext
from core.models import DeviceUse

logger = logging.getLogger(__name__)
WRITE_EVERY_S = 10.0
"""So much of a killed worker's time may be lost."""


class Meter:
    """Counts the time between entering and leaving, by kind of work; tick it meanwhile.

    Args:
        context: The attempt.
        device: What it holds.
        work: What it does there first.
    """

    def __init__(self, context: JobContext, device: str, work: str) -> None:
        self._context, self._device, self._work = context, device, work
        self._row: DeviceUse | None = None
        self._began = self._written = 0.0

    def __enter__(self) -> Meter:
        self._begin()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write()

    def turn_to(self, work: str) -> None:
        """From here on it is other work."""
        self._write()
        self._work = work
        self._begin()

    def tick(self) -> None:
        """Write the time so far, now and then."""
        if monotonic() - self._written >= WRITE_EVERY_S:
            self._write()

    def _begin(self) -> None:
        self._began = self._written = monotonic()
        self._row = DeviceUse.objects.create(
            job=self._context.job,
            attempt=self._context.attempt,
            work=self._work,
            machine=socket.gethostname()[:64],
            device=self._device,
        )

    def _write(self) -> None:
        assert self._row is not None
        self._written = monotonic()
        try:
            DeviceUse.objects.filter(pk=self._row.pk).update(seconds=self._written - self._began)
        except OperationalError:  # a busy database must not end a training
            logger.warning("could not write the device time of job %s", self._context.job.pk)
