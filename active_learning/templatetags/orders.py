"""How orders of the Studio look on pages."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext_lazy as _

from active_learning.models import Order
from core.models import JobState
from core.templatetags.jobs import state_tone

register = template.Library()
register.filter(state_tone)
_WORDS = {
    JobState.QUEUED: _("Queued"),
    JobState.RUNNING: _("Running"),
    JobState.DONE: _("Done"),
    JobState.FAILED: _("Failed"),
    JobState.CANCELLED: _("Cancelled"),
}


@register.filter
def order_word(order: Order) -> str:
    """Its state in the reader's language."""
    return str(_WORDS[JobState(order.state)])


@register.filter
def step_names(order: Order) -> str:
    """``cel, lines``."""
    return ", ".join(one["step"] for one in order.steps)
