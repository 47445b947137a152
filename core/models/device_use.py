"""Time for which jobs held devices: what computing costs."""

from __future__ import annotations

from django.db import models

from core.models.jobs import Job


class DeviceUse(models.Model):
    """A stretch of one attempt at a job, on one device, at one kind of work.

    Every attempt has rows of its own, so that what a lost or cancelled one used counts as well. ``seconds`` is
    written while it goes on: of a killed worker at most the last `core.metering.WRITE_EVERY_S` are missing.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="device_uses")
    attempt = models.PositiveIntegerField()
    work = models.CharField(max_length=32, help_text="Command of modeling, such as train, evaluate or score.")
    machine = models.CharField(max_length=64)
    device = models.CharField(max_length=16, help_text="cpu, mps or cuda:N")
    seconds = models.FloatField(default=0)
    started_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.work} on {self.device} for {self.seconds:.0f} s"
