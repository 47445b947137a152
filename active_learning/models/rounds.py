"""Rounds and the model versions they leave behind."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from active_learning.querysets import ModelVersionQuerySet, RoundQuerySet
from datasets.models import Pool, Snapshot


class RoundState(models.TextChoices):
    """States of a round (design.md, section 3)."""

    OPEN = "open", "Open"
    LABELING = "labeling", "Labeling"
    FROZEN = "frozen", "Frozen"
    TRAINING = "training", "Training"
    EVALUATED = "evaluated", "Evaluated"
    SCORED = "scored", "Scored"
    CLOSED = "closed", "Closed"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


FINISHED = (RoundState.CLOSED, RoundState.CANCELLED)
UNFINISHED = tuple(state for state in RoundState if state not in FINISHED)


class Round(models.Model):
    """Select, annotate, review, snapshot, train, evaluate, score.

    A failed round is unfinished: it is retried from ``retry_from`` or cancelled.
    """

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="rounds")
    task = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=RoundState.choices, default=RoundState.OPEN)
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.PROTECT, related_name="rounds")
    config = models.JSONField(
        default=dict, help_text="network, loss, recipe, seconds or steps, seed, device, from_version"
    )
    run_folder = models.CharField(max_length=200, blank=True, help_text="Relative to SAKKAN_DATA.")
    job_id = models.UUIDField(null=True)
    failure_code = models.CharField(max_length=64, blank=True)
    failure_text = models.TextField(blank=True)
    retry_from = models.CharField(max_length=16, blank=True)
    report = models.JSONField(default=dict, help_text="Headline figures of the run's report.json.")
    scored_count = models.PositiveIntegerField(default=0)
    unscored_count = models.PositiveIntegerField(default=0)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["pool_id", "task", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "task", "number"], name="one_round_a_number"),
            models.UniqueConstraint(
                fields=["pool", "task"],
                condition=~models.Q(state__in=["closed", "cancelled"]),
                name="one_unfinished_round",
            ),
        ]

    def __str__(self) -> str:
        return f"round {self.number} of {self.pool}, {self.task}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("round", args=[self.pk])


class ModelVersion(models.Model):
    """A run's result, promoted or not, never overwritten."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="model_versions")
    task = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    round = models.OneToOneField(Round, on_delete=models.PROTECT, related_name="model_version")
    network = models.CharField(max_length=32)
    run_folder = models.CharField(max_length=200)
    metrics = models.JSONField(default=dict)
    promoted_at = models.DateTimeField(
        null=True, help_text="Set on the one version in use; cleared on roll back."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering = ["pool_id", "task", "number"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "task", "number"], name="one_model_version_a_number"),
            models.UniqueConstraint(
                fields=["pool", "task"],
                condition=models.Q(promoted_at__isnull=False),
                name="one_promoted_version",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where it is compared with the version in use."""
        return f"{reverse('pool-compare', args=[self.pool_id])}?task={self.task}&new={self.number}"

    @property
    def name(self) -> str:
        """``<pool>/<task>/<number>``, as drafts and revisions record it."""
        return f"{self.pool.name}/{self.task}/{self.number}"
