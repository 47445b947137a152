"""So many frames, or hours, and no more."""

from __future__ import annotations

from pydantic import Field

from active_learning.stopping.base import History, StoppingRule, Verdict, unknown
from modeling.registry import Params


class BudgetParams(Params):
    """Parameters of ``budget``."""

    frames: int = Field(0, ge=0, description="Labels to be drawn in all; 0 for no limit")
    hours: float = Field(0, ge=0, description="Hours of people's work in all; 0 for no limit")


def _budget(history: History, params: BudgetParams) -> Verdict:
    limits = [
        (
            history.labels_now,
            params.frames,
            f"{history.labels_now:,} of {params.frames:,} frames are labelled",
        ),
        (history.hours_now, params.hours, f"{history.hours_now:.1f} of {params.hours:g} hours are worked"),
    ]
    told = [(spent >= limit, text) for spent, limit, text in limits if limit]
    if not told:
        return unknown("No budget is set.")
    return Verdict(any(spent for spent, _ in told), f"{', '.join(text for _, text in told)}.")


BUDGET = StoppingRule(
    "budget", "The frames or hours that were set aside are spent.", _budget, BudgetParams, on=False
)
