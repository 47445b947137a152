"""Results of an order made again with other settings, picture by picture."""

from __future__ import annotations

from pathlib import Path

from django.db import models

from active_learning.models.orders import OrderPicture
from core.models import Job, JobState


class OrderTake(models.Model):
    """A step of one picture made again: what was clicked, and what came of it. The order's own result stays.

    Its file lies in ``takes/`` of the order's folder; the order's zip has what was ordered, and no take.
    """

    picture = models.ForeignKey(OrderPicture, on_delete=models.CASCADE, related_name="takes")
    step = models.CharField(max_length=32)
    settings = models.JSONField(help_text="All settings of the step, as validated.")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.CharField(
        max_length=200, blank=True, help_text="In the order's folder; empty until it is made."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.step} of {self.picture} again"

    @property
    def state(self) -> str:
        """One of `core.models.JobState`."""
        if self.file:
            return JobState.DONE
        return self.job.state if self.job is not None else JobState.CANCELLED

    @property
    def path(self) -> Path:
        """Where its file lies."""
        return self.picture.order.folder / self.file
