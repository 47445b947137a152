"""How one production draws one label kind."""

from __future__ import annotations

from django.db import models

from annotation.querysets import OfProductionQuerySet
from core.models import User
from datasets.models import Production


class Profile(models.Model):
    """One row a production and kind, saved by compare-and-set on ``version`` (0 = the defaults, never saved).

    ``settings`` is what `annotation.profiles` describes. Every change is a line of the audit log with both states.
    """

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="profiles")
    kind = models.CharField(max_length=32)
    version = models.PositiveIntegerField(default=0)
    settings = models.JSONField(default=dict)
    changed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    objects = OfProductionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["production", "kind"], name="one_profile_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.production}"
