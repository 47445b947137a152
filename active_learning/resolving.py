"""Which strategy a name stands for."""

from __future__ import annotations

from django.conf import settings

from active_learning.strategies import STRATEGIES, Strategy
from modeling.errors import UserError
from modeling.registry import propose

DEFAULT = "default"


def strategy_called(name: str, *, scored: bool) -> Strategy:
    """Resolve a strategy; ``default`` is the site's setting, another where no model has scored frames yet.

    Raises:
        UserError: ``unknown_strategy``.
    """
    if name == DEFAULT:
        name = settings.SAKKAN_DEFAULT_STRATEGY if scored else settings.SAKKAN_DEFAULT_FIRST_STRATEGY
    if name not in STRATEGIES:
        message = f"There is no strategy {name!r}."
        raise UserError(message, code="unknown_strategy", remedy=propose(name, STRATEGIES))
    return STRATEGIES[name]
