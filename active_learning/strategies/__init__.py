"""Strategies: numbers in, a choice out. Pure NumPy and scikit-learn: no database, no model."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from active_learning.strategies.base import Call, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.chance import RANDOM, STRATIFIED
from active_learning.strategies.confidence import ENTROPY, KUGLER
from active_learning.strategies.kmeans import KMEANS

STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {strategy.name: strategy for strategy in (KMEANS, ENTROPY, KUGLER, STRATIFIED, RANDOM)}
)
"""Registry of strategies by name, in the order the form shows them."""

__all__ = ["STRATEGIES", "Call", "Needs", "Pick", "PoolView", "Strategy", "StrategyParams"]
