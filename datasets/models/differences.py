"""What changed between two snapshots, kept: snapshots never change, so neither does this."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from datasets.models.snapshots import Snapshot
from datasets.querysets import DifferenceQuerySet


class Difference(models.Model):
    """``report`` is what `modeling.snapshots.difference` gives, empty until a job has counted."""

    old = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="differences_to")
    new = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="differences_from")
    report = models.JSONField(default=dict)
    job_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="one_difference_a_pair")]

    def __str__(self) -> str:
        return f"{self.old} to {self.new}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("snapshot-diff", args=[self.old_id, self.new_id])
