"""Uploads and ingests: how frames come in, and the report of what was taken, held, skipped and why."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse

from datasets.models.frames import Production
from datasets.models.pools import Pool
from datasets.querysets import IngestQuerySet


class Upload(models.Model):
    """A file arriving in pieces; its bytes lie in ``uploads/<id>``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=500)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)
    taken = models.BooleanField(
        default=False, help_text="Something works with it: neither offered nor removed until that lets it go."
    )

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def complete(self) -> bool:
        """Whether every byte has arrived."""
        return self.offset == self.size


class Ingest(models.Model):
    """One call of ingest: sources into a pool."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="ingests")
    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="ingests")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    uploads = models.ManyToManyField(Upload, related_name="ingests")
    paths = models.JSONField(default=list, help_text="Sources on the server's disk (command line only).")
    licence = models.CharField(max_length=300, blank=True)
    rights = models.CharField(max_length=300, blank=True, help_text="Who holds the rights.")
    job_id = models.UUIDField(null=True)
    taken = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = IngestQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"ingest {self.pk} into {self.pool}"

    def get_absolute_url(self) -> str:
        """Its report."""
        return reverse("ingest", args=[self.pk])


class IngestItem(models.Model):
    """One line of the report: a source or a file that was not taken, with the remedy."""

    ingest = models.ForeignKey(Ingest, on_delete=models.CASCADE, related_name="items")
    name = models.CharField(max_length=500)
    outcome = models.CharField(max_length=16, help_text="taken, known, skipped, noted")
    code = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    frames = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.name}: {self.outcome}"
