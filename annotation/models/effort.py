"""What a label cost: strokes, clicks and seconds by tool."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.assignments import Assignment
from annotation.querysets import OfAssignmentQuerySet


class Effort(models.Model):
    """Totals of one visit of one tab to one assignment, by tool.

    ``session`` is the tab's random id for the visit: sending the same totals twice counts them once. The row with
    an empty ``tool`` is the whole visit; its ``seconds`` are active ones (idle time is cut off after 60 s).
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="efforts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session = models.CharField(max_length=64)
    tool = models.CharField(max_length=40, blank=True)
    strokes = models.PositiveIntegerField(default=0)
    clicks = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OfAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "person", "session", "tool"], name="one_effort_a_visit_and_tool"
            )
        ]

    def __str__(self) -> str:
        return f"{self.tool or 'visit'}: {self.strokes} strokes on {self.assignment}"
