"""Stopping rules: arrays in, a proposal out. They say when more labels are not worth it and why; they stop nothing."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from active_learning.stopping.base import History, StoppingRule, Verdict
from active_learning.stopping.budget import BUDGET
from active_learning.stopping.gains import GAIN_PER_HOUR, PLATEAU
from active_learning.stopping.stabilized import STABILIZED

RULES: Mapping[str, StoppingRule] = MappingProxyType(
    {rule.name: rule for rule in (BUDGET, PLATEAU, STABILIZED, GAIN_PER_HOUR)}
)
"""Registry of stopping rules by name, in the order pages show them."""

__all__ = ["RULES", "History", "StoppingRule", "Verdict"]
