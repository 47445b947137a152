"""How jobs look on pages."""

from __future__ import annotations

from django import template

from core.models import Job, JobState

register = template.Library()
_TONES = {
    JobState.RUNNING: "accent",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "warn",
}


@register.filter
def tone(job: Job) -> str:
    """Return the tag class of the job's state; empty while it waits."""
    return _TONES.get(JobState(job.state), "")
