"""What a round's model thought of each frame."""

from __future__ import annotations

from django.db import models

from active_learning.models.rounds import Round
from active_learning.querysets import OfFrameQuerySet
from datasets.models import Frame


class FrameScore(models.Model):
    """Mean entropy of the per-pixel Bernoulli in nats (thesis, 4.1); a frame without a row is unscored."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="scores")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="scores")
    entropy = models.FloatField()

    objects = OfFrameQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "frame"], name="one_score_a_round")]
        indexes = [models.Index(fields=["round", "-entropy"])]

    def __str__(self) -> str:
        return f"{self.frame}: {self.entropy:.3f}"
