"""What a simulation is: everything that decides its cells, kept in its folder and compared when it goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict

from active_learning.strategies import STRATEGIES, Needs, Strategy, StrategyParams
from modeling.errors import UserError
from modeling.registry import validated
from modeling.tasks import TASKS, Task
from modeling.training.config import TrainConfig

Resolve = Callable[[str, bool], Strategy]
"""From a name, which may be ``default``, and whether there are scores yet, to a strategy."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Arm(_Frozen):
    """A strategy with its parameters as they were given: what picks in one line of cells."""

    strategy: str
    params: dict[str, Any] = {}

    @property
    def folder(self) -> str:
        """Name of its folders."""
        given = [f"{name}={value}" for name, value in sorted(self.params.items())]
        return re.sub(r"[^\w.,=+-]", "_", ",".join([self.strategy, *given]))

    def parsed(self, strategy: Strategy) -> StrategyParams:
        """Its parameters, validated.

        Raises:
            UserError: ``bad_parameter``.
        """
        return validated(strategy.params, self.params, self.strategy)


class Plan(_Frozen):
    """What every cell of a simulation shares.

    Attributes:
        training: Of every cell, but for its frames, its seed and the weights it starts from.
        init: Frames of the first set, which all strategies share.
        step: Frames picked a round.
        start: Who picks the first set.
        cap_per_cut: At most so many frames of one cut a pick; None for any number.
        warm_start: Whether a round goes on from the weights of the one before.
        ensemble: Runs that vote where a strategy asks for an ensemble.
        full_steps_factor: Steps of the training on the whole pool, as a multiple of a round's.
        seconds_per_round: What the steps were measured for; None where they were given.
        threads: CPU threads a process: sums in another order are other sums.
        device: Where to compute.
        size: (width, height) into which frames are reduced.
        inputs: Hash of what the pool was made of.
    """

    schema_version: int = 1
    training: TrainConfig
    init: int
    step: int
    start: Arm
    cap_per_cut: int | None = None
    warm_start: bool = False
    ensemble: int = 3
    full_steps_factor: float = 1.0
    seconds_per_round: float | None = None
    threads: int = 1
    device: str = "cpu"
    size: tuple[int, int]
    inputs: str

    @property
    def task(self) -> Task:
        """What is learned."""
        return TASKS.get(self.training.task)

    @property
    def steps(self) -> int:
        """Optimizer steps of every round of every strategy."""
        return int(self.training.steps or 0)

    def spelled(self) -> bytes:
        """As its file says it."""
        return json.dumps(self.model_dump(mode="json"), indent=2, ensure_ascii=False).encode() + b"\n"

    def differences(self, stored: Plan) -> list[str]:
        """Names of what another plan has otherwise."""
        ours, theirs = _flat(self), _flat(stored)
        return [name for name in ours if ours[name] != theirs.get(name)]


def _flat(plan: Plan) -> dict[str, Any]:
    values = plan.model_dump(mode="json")
    training = values.pop("training")
    return {**values, **training}


def parse_arms(text: str, resolve: Resolve) -> dict[str, Arm]:
    """Read ``default,random,kugler:confident_share=0.3``: an arm for each as it is written.

    ``default`` is what picks where there are scores, as there are after the first set.

    Raises:
        UserError: ``bad_strategies``, ``unknown_strategy`` or ``bad_parameter``.
    """
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise UserError("--strategies names no strategy.", code="bad_strategies")
    return {word: parse_arm(word, resolve) for word in words}


def parse_arm(word: str, resolve: Resolve, *, scored: bool = True) -> Arm:
    """Read ``NAME`` or ``NAME:PARAMETER=VALUE:...``; as `parse_arms`."""
    name, *pairs = word.split(":")
    params = dict(_pair(pair, word) for pair in pairs)
    strategy = resolve(name, scored)
    arm = Arm(strategy=strategy.name, params=params)
    arm.parsed(strategy)
    return arm


def _pair(text: str, word: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UserError(
            f"--strategies {word!r}: {text!r} is no parameter.",
            code="bad_strategies",
            remedy="Write NAME:PARAMETER=VALUE.",
        )
    return name, value


def check_numbers(plan: Plan, frames: int, rounds: int) -> None:
    """Refuse what no pool of that many frames can give.

    Raises:
        UserError: ``bad_budget``.
    """
    asked = plan.init + rounds * plan.step
    if asked > frames:
        message = f"The pool has {frames:,} frames, {plan.init} + {rounds} x {plan.step} are {asked:,}."
        raise UserError(message, code="bad_budget", remedy="Ask for fewer rounds or smaller steps.")


def refuse_other(ours: Plan, stored: Plan, told: str) -> None:
    """Refuse to go on in the folder of another simulation.

    Raises:
        UserError: ``simulation_differs``.
    """
    changed = ours.differences(stored)
    if changed:
        message = f"{told} holds a simulation of another {', '.join(changed)}."
        remedy = "Name another --out, or repeat the first settings to go on."
        raise UserError(message, code="simulation_differs", remedy=remedy)


def needs_of(arm: Arm) -> Needs:
    """What an arm's strategy requires of a view."""
    strategy = STRATEGIES[arm.strategy]
    return strategy.needs(arm.parsed(strategy))
