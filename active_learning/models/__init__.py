"""Selections, rounds, model versions, scores."""

from active_learning.models.rounds import UNFINISHED, ModelVersion, Round, RoundState
from active_learning.models.scores import FrameScore
from active_learning.models.selections import Selection, SelectionItem, SelectionState

__all__ = [
    "UNFINISHED",
    "FrameScore",
    "ModelVersion",
    "Round",
    "RoundState",
    "Selection",
    "SelectionItem",
    "SelectionState",
]
