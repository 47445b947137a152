"""Orders of the Studio: what somebody wants made of which files, every picture in them, and where results were sent."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.urls import reverse

from active_learning.models.rounds import ModelVersion
from active_learning.querysets import OrderQuerySet
from core.models import Job, JobState
from core.paths import data_path
from datasets.models import Ingest, Upload


class Order(models.Model):
    """Steps to be made of every picture in some uploads, by the models named; its state is that of its job.

    Its files lie in ``studio/<id>``: the pictures unpacked, the results, and what takes brought.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="orders")
    title = models.CharField(max_length=200)
    uploads = models.ManyToManyField(Upload, related_name="+")
    steps = models.JSONField(help_text="In their order: a list of {step, settings}.")
    versions = models.ManyToManyField(ModelVersion, related_name="+")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    total = models.PositiveIntegerField(null=True, help_text="Pictures and broken files; empty until listed.")
    whole = models.PositiveIntegerField(default=0, help_text="Pictures of which all steps were made.")
    broken = models.PositiveIntegerField(default=0, help_text="Files and pictures of which not all was made.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True, help_text="When its files were removed for their age.")

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="order_list")]

    def __str__(self) -> str:
        return f"order {self.pk}: {self.title}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("order", args=[self.pk])

    @property
    def state(self) -> str:
        """One of `core.models.JobState`."""
        if self.job is not None:
            return self.job.state
        return JobState.DONE if self.finished_at else JobState.CANCELLED

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return data_path("studio", str(self.pk))

    @property
    def results(self) -> Path:
        """Where its results lie: a folder a step, the manifest, what was asked."""
        return self.folder / "results"


class Outcome(models.TextChoices):
    """What became of a picture."""

    WAITING = "", "Waiting"
    WHOLE = "whole", "Made"
    PART = "part", "Some steps failed"
    BROKEN = "broken", "Broken"


BROKEN = (Outcome.PART, Outcome.BROKEN)


class OrderPicture(models.Model):
    """A picture of an order, or a file in it that is none; ``position`` is its place.

    ``sha256`` is that of the file it came from (of the clip where ``index`` is set, its place there).
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="pictures")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=1000)
    source = models.CharField(max_length=1000, help_text="What people call the file.")
    file = models.CharField(max_length=1200, blank=True, help_text="In the order's folder; empty for none.")
    sha256 = models.CharField(max_length=64, blank=True)
    index = models.PositiveIntegerField(null=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    results = models.JSONField(default=dict, help_text="File by step, relative to the results.")
    errors = models.JSONField(default=dict, help_text="Why a step has none.")
    left = models.JSONField(
        default=dict, help_text="What a step left for a person: {count, text, lines} by step."
    )
    error = models.TextField(blank=True, help_text="Why there is no picture.")

    class Meta:
        ordering = ["order_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="one_picture_a_position"),
            models.UniqueConstraint(fields=["order", "key"], name="one_picture_a_key"),
        ]
        indexes = [models.Index(fields=["order", "outcome", "position"], name="order_pictures_outcome")]

    def __str__(self) -> str:
        return self.key

    @property
    def path(self) -> Path:
        """Where the picture itself lies."""
        return self.order.folder / self.file

    @property
    def sentences(self) -> list[str]:
        """What went wrong with it."""
        return [self.error] if self.error else [f"{step}: {text}" for step, text in self.errors.items()]

    @property
    def left_count(self) -> int:
        """How much all steps left for a person."""
        return sum(one["count"] for one in self.left.values())


class OrderSending(models.Model):
    """Results of an order on their way into a pool: its frames by an ingest, the results as drafts."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="sendings")
    ingest = models.ForeignKey(Ingest, on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    drafted = models.PositiveIntegerField(default=0)
    left = models.JSONField(default=dict, help_text="How many results became no draft, by reason.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.order} into {self.ingest.pool}"

    def get_absolute_url(self) -> str:
        """The order's page says what became of it."""
        return self.order.get_absolute_url()
