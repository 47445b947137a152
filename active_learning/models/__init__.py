"""Selections and what became of their picks, rounds, model versions, scores, plans, restored frames, Studio orders."""

from active_learning.models.orders import BROKEN, Order, OrderPicture, OrderSending, Outcome
from active_learning.models.plans import Plan
from active_learning.models.restored import RestoredFrame
from active_learning.models.rounds import UNFINISHED, ModelVersion, Round, RoundState
from active_learning.models.scores import FrameScore
from active_learning.models.selections import PickOutcome, Selection, SelectionItem, SelectionState
from active_learning.models.takes import OrderReference, OrderTake

__all__ = [
    "BROKEN",
    "UNFINISHED",
    "FrameScore",
    "ModelVersion",
    "Order",
    "OrderPicture",
    "OrderReference",
    "OrderSending",
    "OrderTake",
    "Outcome",
    "PickOutcome",
    "Plan",
    "RestoredFrame",
    "Round",
    "RoundState",
    "Selection",
    "SelectionItem",
    "SelectionState",
]
