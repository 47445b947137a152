"""Strategies: numbers in, a choice out. Pure NumPy and scikit-learn: no database, no model."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from active_learning.strategies.badge import BADGE
from active_learning.strategies.base import (
    GROUPS,
    Call,
    Cluster,
    Needs,
    Pick,
    PoolView,
    Strategy,
    StrategyParams,
)
from active_learning.strategies.by_score import BY_SCORE
from active_learning.strategies.chance import RANDOM
from active_learning.strategies.class_stratified import CLASS_STRATIFIED
from active_learning.strategies.clustered import CLUSTERED
from active_learning.strategies.density import DENSITY
from active_learning.strategies.hard_classes import HARD_CLASSES
from active_learning.strategies.kcenter import KCENTER
from active_learning.strategies.kmeans import KMEANS
from active_learning.strategies.kugler import KUGLER
from active_learning.strategies.power import POWER
from active_learning.strategies.spread import SPREAD
from active_learning.strategies.stratified import STRATIFIED
from active_learning.strategies.typical import TYPICAL

_ALL = (
    *(STRATIFIED, RANDOM),
    *(KMEANS, TYPICAL, KCENTER),
    *(*BY_SCORE, KUGLER),
    *(SPREAD, POWER, CLASS_STRATIFIED, DENSITY, CLUSTERED, BADGE, HARD_CLASSES),
)

STRATEGIES: Mapping[str, Strategy] = MappingProxyType({strategy.name: strategy for strategy in _ALL})
"""Registry of strategies by name, in the order the form shows them."""

__all__ = [
    "GROUPS",
    "STRATEGIES",
    "Call",
    "Cluster",
    "Needs",
    "Pick",
    "PoolView",
    "Strategy",
    "StrategyParams",
]
