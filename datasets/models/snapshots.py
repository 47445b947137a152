"""Snapshots and exports: immutable, content-addressed dataset versions and what is made of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from datasets.models.pools import Pool
from datasets.querysets import ExportQuerySet, SnapshotQuerySet


class Snapshot(models.Model):
    """A frozen dataset version; the folder ``snapshots/<id>`` is the truth, this row finds it."""

    id = models.CharField(primary_key=True, max_length=64)
    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="snapshots")
    kinds = models.JSONField(default=list)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    counts = models.JSONField(default=dict)
    figures = models.JSONField(
        null=True, help_text="What its histograms are drawn from; set once every label is counted."
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.pk[:12]

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("snapshot", args=[self.pk])


class Export(models.Model):
    """A snapshot in somebody's format, written by a job and downloaded as one zip that streams file by file."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="exports")
    format = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    job_id = models.UUIDField(null=True)
    folder = models.CharField(
        max_length=200, blank=True, help_text="Relative to the exports folder; empty until done."
    )
    options = models.JSONField(
        default=dict, help_text="``terms``: what is handed out; ``params`` of the format."
    )
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.format} of {self.snapshot}"

    def get_absolute_url(self) -> str:
        """The page where it is downloaded."""
        return self.snapshot.get_absolute_url()
