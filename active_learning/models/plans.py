"""What the leads of a pool decided about its loop."""

from __future__ import annotations

from django.db import models

from active_learning.querysets import PlanQuerySet
from datasets.models import Pool


class Plan(models.Model):
    """One row a pool and task; without it the site's settings and the rules' own parameters hold.

    ``stopping`` has the parameters of each rule of `active_learning.stopping` that is on.
    """

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="plans")
    task = models.CharField(max_length=32)
    control_share = models.FloatField(null=True, help_text="0 to 0.5; empty for the site's.")
    stopping = models.JSONField(
        null=True, help_text="Parameters by rule; empty for the rules that are on by default."
    )
    changed_at = models.DateTimeField(auto_now=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "task"], name="one_plan_a_pool_and_task")]

    def __str__(self) -> str:
        return f"plan of {self.pool}, {self.task}"
