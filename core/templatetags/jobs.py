"""How jobs look on pages."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

from core.jobs import standing
from core.models import Job, JobState

register = template.Library()
register.filter(standing)
_MINUTE = 60
_TONES = {
    JobState.RUNNING: "accent",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "warn",
}


@register.filter
def state_tone(state: str) -> str:
    """Return the tag class of a job's state; empty while it waits."""
    return _TONES.get(JobState(state), "")


@register.filter
def tone(job: Job) -> str:
    """Return the tag class of the job's state; empty while it waits."""
    return state_tone(job.state)


@register.filter
def took(job: Job) -> str:
    """Return how long the last attempt took, such as ``3 min 20 s``; empty before its end."""
    if job.started_at is None or job.finished_at is None:
        return ""
    minutes, seconds = divmod(round((job.finished_at - job.started_at).total_seconds()), _MINUTE)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


@register.filter
def ago(moment: datetime) -> str:
    """Return ``just now``, or ``3 minutes ago``."""
    if (timezone.now() - moment).total_seconds() < _MINUTE:
        return "just now"
    return f"{timesince(moment)} ago"
