"""Searches for label errors, and the labels they suspect."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from annotation.models.revisions import Revision
from annotation.querysets import LabelSearchQuerySet, OfFrameQuerySet
from core.fields import BlobField
from datasets.models import Frame, Pool, Snapshot


class LabelSearch(models.Model):
    """One look through accepted labels for errors; how far it is says its job.

    ``looked_at`` labels were compared, of which ``known_right`` are not listed because somebody has confirmed them
    before. The models' label maps lie in the folder of searches, see `annotation.suspects`.
    """

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="label_searches")
    snapshot = models.ForeignKey(Snapshot, null=True, on_delete=models.CASCADE, related_name="label_searches")
    task = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    config = models.JSONField(default=dict, help_text="What was asked for: folds, steps, network, seed.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    job_id = models.UUIDField(null=True)
    looked_at = models.PositiveIntegerField(default=0)
    known_right = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    objects = LabelSearchQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"search {self.pk} for errors in {self.kind} of {self.pool}"

    def get_absolute_url(self) -> str:
        """Its page, with progress and list."""
        return reverse("label-search", args=[self.pk])


class Suspect(models.Model):
    """A label in the list of a search: rank 1 is the most suspicious. Compared was ``label``, which ``revision`` made.

    ``sent_as`` is the version that went back to review; ``confirmed_by`` said without a review that the label is right.
    """

    search = models.ForeignKey(LabelSearch, on_delete=models.CASCADE, related_name="suspects")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="suspects")
    revision = models.ForeignKey(Revision, null=True, on_delete=models.SET_NULL, related_name="suspects")
    label = BlobField()
    key = models.CharField(max_length=500)
    rank = models.PositiveIntegerField()
    suspicion = models.FloatField()
    reasons = models.JSONField(default=list, help_text="Sentences, the weightiest first.")
    measures = models.JSONField(default=dict)
    sent_as = models.OneToOneField(
        Revision, null=True, on_delete=models.SET_NULL, related_name="sent_suspect"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)

    objects = OfFrameQuerySet.as_manager()

    class Meta:
        ordering = ["search_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["search", "rank"], name="one_suspect_a_rank"),
            models.UniqueConstraint(fields=["search", "frame"], name="one_suspect_a_frame"),
        ]

    def __str__(self) -> str:
        return f"{self.rank} of {self.search}"
