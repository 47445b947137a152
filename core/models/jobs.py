"""A lease beside each row of the queue: who works on it, how far it is, and whether it should stop.

django-tasks-db leaves a killed worker's task RUNNING for ever; the lease says when it may be taken up again,
and ``attempt`` is the fencing token with which a stalled worker coming back finds that it has a successor.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from core.models.users import User


class JobState(models.TextChoices):
    """States of a job. Cancelled is not failed; failed says whose error it was."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


FINISHED = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobQuerySet(models.QuerySet["Job"]):
    """Words for jobs."""

    def visible_to(self, user: User) -> JobQuerySet:
        """Jobs the user started and those of productions the user is a member of."""
        if user.is_superuser:
            return self
        mine = models.Q(actor_id=user.pk)
        return self.filter(mine | models.Q(production__in=user.memberships.values("production_id")))

    def about(self, subject: models.Model) -> JobQuerySet:
        """Jobs that work on that row, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))


class Job(models.Model):
    """One queue entry and its lease. The id is the task result's."""

    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=128)
    queue = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="jobs"
    )
    production = models.ForeignKey(
        "datasets.Production", null=True, blank=True, on_delete=models.CASCADE, related_name="jobs"
    )
    subject_type = models.CharField(max_length=64, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)

    state = models.CharField(max_length=16, choices=JobState.choices, default=JobState.QUEUED)
    attempt = models.PositiveIntegerField(default=0, help_text="Fencing token: only ever grows.")
    losses = models.PositiveIntegerField(default=0, help_text="Attempts whose worker gave no sign of life.")
    worker = models.CharField(max_length=64, blank=True)
    lease_expires_at = models.DateTimeField(null=True)
    ticked_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)

    progress_done = models.FloatField(default=0)
    progress_total = models.FloatField(default=0)
    progress_text = models.CharField(max_length=200, blank=True)

    error_kind = models.CharField(
        max_length=8, blank=True, help_text="'theirs' (mend the input) or 'ours' (a bug)"
    )
    error_code = models.CharField(max_length=64, blank=True)
    error_text = models.TextField(blank=True)
    result = models.JSONField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"]),
            models.Index(fields=["state", "lease_expires_at"]),
            models.Index(fields=["subject_type", "subject_id"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, well or not."""
        return self.state in FINISHED


class JobLogLine(models.Model):
    """One line of a job's log."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="log_lines")
    at = models.DateTimeField(auto_now_add=True)
    attempt = models.PositiveIntegerField(default=0)
    text = models.TextField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
