"""Frames of different cuts, one to train and one held-out, that show the same drawing over the same plate."""

from __future__ import annotations

from django.db import models

from datasets.models.frames import Frame
from datasets.querysets import LookAlikeQuerySet


class Stays(models.TextChoices):
    """Why the cut of a training frame was not moved to the held-out side."""

    TRAINED = "trained", "An earlier snapshot trains on its cut"
    ONE_SHOT = "one shot", "Both are parts of one shot, parted when it came in"
    TOO_MANY = "too many", "More than half of the training labels would have moved"
    NO = "", "It was moved"


class LookAlike(models.Model):
    """``frame`` was to train when it was found to show what the held-out ``twin`` shows.

    ``deviating`` is the share of pixels in which they differ (see ``datasets.lookalikes``). ``united``: the frame's cut
    was moved to the held-out side; else ``stays`` says why not.
    """

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="look_alikes")
    twin = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="look_alikes_held_out")
    mirrored = models.BooleanField(default=False)
    deviating = models.FloatField()
    united = models.BooleanField(default=False)
    stays = models.CharField(max_length=16, choices=Stays.choices, blank=True, default="")
    found_at = models.DateTimeField(auto_now_add=True)

    objects = LookAlikeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["frame", "twin"], name="one_look_alike_a_pair")]

    def __str__(self) -> str:
        return f"{self.frame_id} shows what {self.twin_id} shows"
