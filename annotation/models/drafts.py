"""The model's proposal for a frame."""

from __future__ import annotations

from django.db import models

from annotation.querysets import OfFrameQuerySet
from core.fields import BlobField
from datasets.models import Frame


class Draft(models.Model):
    """A label map and its entropy, from one model version (named, since annotation knows no rounds)."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=32)
    model_version = models.CharField(max_length=200, help_text="<pool>/<task>/<number>")
    label = BlobField(help_text="Indexed PNG at frame size.")
    entropy = BlobField(help_text="Grey PNG at frame size: entropy / ln 2 * 255.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfFrameQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["frame", "kind", "model_version"], name="one_draft_a_model_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.model_version} on {self.frame}"
