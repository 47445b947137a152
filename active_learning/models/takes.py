"""Results of an order made again with other settings, picture by picture, and what was handed over for that."""

from __future__ import annotations

from pathlib import Path

from django.db import models

from active_learning.models.orders import Order, OrderPicture
from core.models import Job, JobState


class OrderReference(models.Model):
    """A painted picture handed over for an order's takes to refer to by its key; no result is made of it."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="references")
    key = models.CharField(max_length=300, help_text="Of none of the order's pictures.")
    file = models.CharField(max_length=200, help_text="In the order's folder.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["order", "key"], name="one_reference_a_key")]

    def __str__(self) -> str:
        return f"{self.key} for {self.order}"

    @property
    def path(self) -> Path:
        """Where its file lies."""
        return self.order.folder / self.file


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
