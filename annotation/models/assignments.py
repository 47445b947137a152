"""One person's turn at one frame and kind, and the time-limited hold on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotation.querysets import AssignmentQuerySet
from datasets.models import Frame, Pool


class AssignmentState(models.TextChoices):
    """Where a turn stands. OPEN and RETURNED wait for a person; SUBMITTED waits for a reviewer."""

    OPEN = "open", "Open"
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    ACCEPTED = "accepted", _("Accepted")
    SKIPPED = "skipped", _("Skipped")
    WITHDRAWN = "withdrawn", _("Withdrawn")


LIVE = (AssignmentState.OPEN, AssignmentState.SUBMITTED, AssignmentState.RETURNED)
"""States in which the frame is somebody's or waits for somebody."""
DRAWABLE = (AssignmentState.OPEN, AssignmentState.RETURNED)
"""States in which it may be claimed and drawn on."""


class SkipReason(models.TextChoices):
    """Why a frame is not worth drawing."""

    TEXT = "text", _("On-screen text")
    EXPOSURE = "exposure", _("Too dark or bright")
    BLUR = "blur", _("Interlaced or blurred")
    NO_FIGURE = "no_figure", _("No figure")
    OTHER = "other", _("Other")


class Assignment(models.Model):
    """A frame waiting for, held by, or done by a person.

    ``person`` is set by the first claim and kept (a returned frame goes back to its author).
    The lease (``holder``, ``lease_expires_at``) runs out; the person's work does not.
    ``selection_reason`` and ``priority`` are copied from the selection, since annotation knows no selection.
    """

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="assignments")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="assignments")
    kind = models.CharField(max_length=32)
    state = models.CharField(max_length=16, choices=AssignmentState.choices, default=AssignmentState.OPEN)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="assignments"
    )
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    lease_expires_at = models.DateTimeField(null=True)
    priority = models.IntegerField(default=0, help_text="Higher comes first.")
    with_draft = models.BooleanField(default=True, help_text="Held-out frames are drawn without a draft.")
    selection_reason = models.CharField(max_length=300, blank=True)
    skip_reason = models.CharField(max_length=16, choices=SkipReason.choices, blank=True)
    skip_note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-priority", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "frame", "kind"],
                condition=models.Q(state__in=["open", "submitted", "returned"]),
                name="one_live_assignment",
            )
        ]
        indexes = [models.Index(fields=["pool", "kind", "state", "-priority", "id"], name="assignment_queue")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.frame} ({self.state})"

    @property
    def is_held(self) -> bool:
        """Whether somebody's lease is running."""
        running = self.lease_expires_at is not None and self.lease_expires_at > timezone.now()
        return running and self.holder_id is not None
