"""What a model made of a frame for people to look at."""

from __future__ import annotations

from django.db import models

from active_learning.models.rounds import ModelVersion
from annotation.querysets import OfFrameQuerySet
from core.fields import BlobField
from datasets.models import Frame


class RestoredFrame(models.Model):
    """A sharper picture of a frame, from one model version: a view of the editor, never the frame, never exported."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="restored")
    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="restored")
    picture = BlobField(help_text="RGB PNG at frame size.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfFrameQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["frame", "version"], name="one_restored_a_model_version")
        ]

    def __str__(self) -> str:
        return f"{self.version} on {self.frame}"
