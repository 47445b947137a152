"""Signs of life of workers, so that a job that waits can say whether anybody will take it up."""

from __future__ import annotations

from django.db import models


class Worker(models.Model):
    """A queue that a running worker serves, and when it last said so by the database's clock."""

    name = models.CharField(max_length=64, unique=True, help_text="<machine>:<process>:<queue>")
    queue = models.CharField(max_length=32)
    seen_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["queue", "seen_at"])]

    def __str__(self) -> str:
        return self.name
