"""Words pinned to a place of a frame."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.querysets import OfFrameQuerySet
from datasets.models import Frame


class Comment(models.Model):
    """One remark at pixel (``x``, ``y``) of a frame, about its label of one kind; resolved or waiting.

    It belongs to the frame and not to a turn: whoever draws or reviews the frame next sees it, too.
    """

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="comments")
    kind = models.CharField(max_length=32)
    x = models.PositiveIntegerField(help_text="Frame pixels from the left.")
    y = models.PositiveIntegerField(help_text="Frame pixels from the top.")
    text = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="comments"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OfFrameQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["frame", "kind"], name="comments_of_a_frame")]

    def __str__(self) -> str:
        return f"comment at {self.x}, {self.y} of {self.frame}"
