"""What a strategy asks of a task's models by default."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

from active_learning.services.config import ranked_by
from active_learning.services.offers import scorers_for
from active_learning.strategies import Strategy, StrategyParams
from active_learning.strategies.parameters import SCORES
from datasets.features import Feature
from modeling.scorers import SCORERS
from modeling.tasks import Task


def preset_of(strategy: Strategy, task: Task) -> dict[str, Any]:
    """Parameters that are not the strategy's own defaults: where it ranks by a score that the task's models cannot be
    asked, such as the entropy of classes of a model of depth, it ranks by the score that they are ranked by."""
    fields = strategy.params.model_fields.items()
    return {
        name: ranked_by(task.name) for name, info in fields if _names_a_score(info) and _lacking(info, task)
    }


def params_for(strategy: Strategy, task: Task) -> StrategyParams:
    """The strategy's parameters where nobody says any."""
    return strategy.params(**preset_of(strategy, task))


def fits(strategy: Strategy, task: Task, own: Mapping[str, Feature]) -> bool:
    """Whether models of the task can ever give what the strategy needs; ``own`` are the features that need no model."""
    needs = strategy.needs(params_for(strategy, task))
    return not any(
        SCORERS.get(name).refusal(task) for name in scorers_for(needs, own) if name in SCORERS.names()
    )


def _names_a_score(info: FieldInfo) -> bool:
    return isinstance(info.json_schema_extra, dict) and SCORES.items() <= info.json_schema_extra.items()


def _lacking(info: FieldInfo, task: Task) -> bool:
    return bool(SCORERS.get(info.default).refusal(task))
