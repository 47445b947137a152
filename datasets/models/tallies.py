"""How many pixels of each class a label has, counted once when it is accepted."""

from __future__ import annotations

from django.db import models

from datasets.models.frames import Production


class LabelTally(models.Model):
    """Pixels by class of one label file as one production draws it; the file never changes, so neither does this.

    ``counts`` has the pixels of each class by its index, ``ignored`` those that count nowhere; ``counted`` is the sum
    of ``counts``, ``drawn`` the same without class 0. The production is part of the key since the palette entries it
    added mean classes of its own choice.
    """

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="tallies")
    kind = models.CharField(max_length=32)
    label = models.CharField(max_length=64, help_text="SHA-256 of the label file, which it does not keep.")
    counts = models.JSONField(default=list)
    counted = models.BigIntegerField()
    drawn = models.BigIntegerField()
    ignored = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["production", "kind", "label"], name="one_tally_a_label")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label[:12]}"
