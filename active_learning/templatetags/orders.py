"""How orders of the Studio look on pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from active_learning.models import Order
from core.models import JobState

register = template.Library()
_WORDS = {
    JobState.QUEUED: _("Queued"),
    JobState.RUNNING: _("Running"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
    JobState.CANCELLED: _("Cancelled"),
}
_TONES = {
    JobState.RUNNING: "accent",
    JobState.DONE: "good",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "warn",
}


@register.filter
def order_word(order: Order) -> str:
    """Its state in the reader's language."""
    return str(_WORDS[JobState(order.state)])


@register.filter
def order_tone(order: Order) -> str:
    """The tag class of its state; empty while it waits."""
    return _TONES.get(JobState(order.state), "")


@register.filter
def step_names(order: Order) -> str:
    """``cel, lines``."""
    return ", ".join(one["step"] for one in order.steps)
