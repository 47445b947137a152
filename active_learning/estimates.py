"""An estimate of a round as pages, the API and the command line tell it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings

from active_learning.services.estimating import asked_of, estimates_of
from active_learning.services.space import TRAIN_BYTES
from core.models import Job, JobState
from core.rates import cost
from datasets.models import Pool

PARTS = {"start": "Start-up", "training": "Training", "evaluation": "Evaluation", "scoring": "Scoring"}
GB = 2**30


@dataclass(frozen=True)
class Estimate:
    """A job that estimates a round, and what it found once it is done."""

    job: Job
    task: str
    config: dict[str, Any]

    @property
    def under_way(self) -> bool:
        """Whether it waits or runs."""
        return not self.job.is_finished

    @property
    def done(self) -> bool:
        """Whether it found something."""
        return self.job.state == JobState.DONE and self.job.result is not None

    @property
    def measured(self) -> dict[str, Any] | None:
        """See `active_learning.services.estimating.estimate_run`; likewise ``expected`` and ``work``."""
        return (self.job.result or {}).get("measured")

    @property
    def expected(self) -> dict[str, Any] | None:
        """Steps, seconds by part and in all; None where memory did not suffice."""
        return (self.job.result or {}).get("estimate")

    @property
    def work(self) -> dict[str, Any] | None:
        """Labels and frames that were reckoned with."""
        return (self.job.result or {}).get("work")

    @property
    def parts(self) -> list[dict[str, Any]]:
        """``title`` and ``seconds`` of each part."""
        expected = self.expected or {}
        return [{"title": title, "seconds": expected[name]} for name, title in PARTS.items() if expected]

    @property
    def cost(self) -> float | None:
        """Of all of it at the rate of that device, None where none is set."""
        if not self.expected or not self.measured:
            return None
        own = cost(self.expected["seconds"], self.measured["device"])
        return own and own * devices_of(self.measured)

    @property
    def fits_memory(self) -> bool:
        """Whether what was free of the device's memory suffices."""
        return bool(self.measured and self.measured["fits"])

    @property
    def disk_free(self) -> int:
        """Bytes that are free where runs lie."""
        return shutil.disk_usage(settings.SAKKAN_DATA).free

    @property
    def fits_disk(self) -> bool:
        """Whether a round may start as far as the disk goes."""
        return self.disk_free >= TRAIN_BYTES

    @property
    def fits(self) -> bool:
        """Memory and disk."""
        return self.fits_memory and self.fits_disk

    @property
    def sentences(self) -> list[str]:
        """What it comes to, a sentence each."""
        return [*self._memory(), *self._disk(), *self._shared()]

    def _memory(self) -> list[str]:
        if self.measured is None:
            return ["The system ended it, most likely because memory ran out: it does not fit."]
        device, free = self.measured["device"], self.measured["free_bytes"] / GB
        total = self.measured["total_bytes"] / GB
        if self.measured["memory_bytes"] is None:
            return [f"It ran out of memory: {free:.1f} of {total:.1f} GB were free on {device}."]
        each = " on each" if devices_of(self.measured) > 1 else ""
        taken = f"It takes {self.measured['memory_bytes'] / GB:.1f} GB of memory{each}"
        word = "it fits" if self.fits_memory else "it does not fit"
        return [f"{taken}; {free:.1f} of {total:.1f} GB were free on {device}: {word}."]

    def _disk(self) -> list[str]:
        if self.fits_disk:
            return []
        free = self.disk_free / GB
        return [f"It needs {TRAIN_BYTES / GB:.0f} GB of disk space, and {free:.1f} GB are free."]

    def _shared(self) -> list[str]:
        processes = (self.measured or {}).get("processes", 1)
        if processes < 2:
            return []
        where = "on a GPU each" if devices_of(self.measured) > 1 else "on the cores of one machine"
        return [f"{processes} processes were timed together, {where}: they share each step."]


def devices_of(measured: dict[str, Any] | None) -> int:
    """Devices that a training holds: a GPU a process, and one of anything else."""
    measured = measured or {"device": "cpu"}
    return int(measured.get("processes", 1)) if measured["device"].startswith("cuda") else 1


def estimate_of(job: Job) -> Estimate:
    """Read a job of `estimates_of`."""
    asked = asked_of(job)
    return Estimate(job, asked["task"], asked["config"])


def estimate_numbered(pool: Pool, job_id: UUID | str) -> Estimate | None:
    """The pool's estimate of that id, None where there is none."""
    try:
        job = estimates_of(pool).filter(pk=UUID(str(job_id))).first()
    except ValueError:
        return None
    return estimate_of(job) if job else None


def in_words(estimate: Estimate) -> list[str]:
    """The estimate for the command line, a line each."""
    measured, expected = estimate.measured, estimate.expected
    if measured is None or expected is None:
        return estimate.sentences
    spelled = ", ".join(f"{part['title'].lower()} {part['seconds'] / 60:.1f}" for part in estimate.parts)
    at_most = "at most " if expected["may_stop_early"] else ""
    pace = (
        f"{measured['device']} ({measured['device_name']}): {1000 * measured['pace']['step']:.0f} ms a step"
    )
    price = f"{estimate.cost:.2f} {settings.SAKKAN_CURRENCY}" if estimate.cost is not None else ""
    return [
        f"{pace}, {at_most}{expected['steps']} steps.",
        f"{at_most}{expected['seconds'] / 60:.1f} minutes: {spelled}.".capitalize(),
        *([f"Cost: {price}."] if price else []),
        *estimate.sentences,
    ]
