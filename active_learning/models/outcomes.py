"""What became of a pick: how far the model's draft was from the label, and what the label cost."""

from __future__ import annotations

from django.db import models

from active_learning.models.selections import SelectionItem
from active_learning.querysets import OfItemQuerySet
from annotation.models import Draft, Revision


class PickOutcome(models.Model):
    """A pick whose label was accepted.

    ``counts`` is the (C, C) confusion of the draft that was there when the label was drawn, the label by row; None
    where there was none. ``seconds`` of active work, None where none was logged.
    """

    item = models.OneToOneField(SelectionItem, on_delete=models.CASCADE, related_name="outcome")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="+")
    counts = models.JSONField(null=True)
    seconds = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OfItemQuerySet.as_manager()

    def __str__(self) -> str:
        return f"outcome of {self.item}"
