"""Selections and what became of their picks, rounds, model versions, scores, plans."""

from active_learning.models.plans import Plan
from active_learning.models.rounds import UNFINISHED, ModelVersion, Round, RoundState
from active_learning.models.scores import FrameScore
from active_learning.models.selections import PickOutcome, Selection, SelectionItem, SelectionState

__all__ = [
    "UNFINISHED",
    "FrameScore",
    "ModelVersion",
    "PickOutcome",
    "Plan",
    "Round",
    "RoundState",
    "Selection",
    "SelectionItem",
    "SelectionState",
]
