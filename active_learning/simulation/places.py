"""Where a simulation's pool, runs, cells and results lie, and what a finished cell says.

``simulation.json`` (the plan), ``pool/`` (a snapshot of all labelled frames, reduced), ``features/``,
``cells/seed-N/start.json``, ``full.json`` and ``STRATEGY/01.json``, ``runs/`` (weights that a later round may still
need), ``logs/``. A cell is there when its file is; files are published by rename.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict

from active_learning.simulation.effort import Work
from active_learning.simulation.plan import Arm, Plan
from modeling.errors import UserError
from modeling.runs import RunFolder, publish

START = "start"
FULL = "full"


class Chosen(BaseModel):
    """A frame picked, as the strategy said, and what there was to do for a person."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    cut: str
    utility: float | None = None
    reason: str = ""
    probability: float | None = None
    work: Work


class Cell(BaseModel):
    """One round of one strategy under one seed.

    Attributes:
        arm: Who picked; None of the training on the whole pool.
        seed: Of initial weights, order and chance.
        round: 0 of the first set.
        chosen: What this round added.
        labels: How many frames it trained on.
        steps: Optimizer steps taken.
        value: The task's headline metric over all held-out pixels; None where that is undefined.
        held_out: (C, C) pixels by held-out cut, rows the true class.
        seconds: Of scoring, picking, training and judging.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    arm: Arm | None
    seed: int
    round: int
    chosen: list[Chosen]
    labels: int
    steps: int
    value: float | None
    held_out: dict[str, list[list[int]]]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of one cell."""

    seed: int
    kind: str
    """``start``, ``full``, or the folder of an arm."""
    round: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """Its path below ``cells`` and ``runs``."""
        last = () if self.kind in (START, FULL) else (f"{self.round:02d}",)
        return (f"seed-{self.seed}", self.kind, *last)


@dataclass(frozen=True, slots=True)
class Places:
    """The folder of one simulation."""

    out: Path

    @property
    def plan_file(self) -> Path:
        """What it is."""
        return self.out / "simulation.json"

    @property
    def pool(self) -> Path:
        """Snapshot of all labelled frames."""
        return self.out / "pool"

    def plan(self) -> Plan | None:
        """The plan that its cells follow, None before there is one."""
        try:
            return Plan.model_validate_json(self.plan_file.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            message = f"{self.plan_file} is not a plan that can be read."
            raise UserError(message, code="simulation_damaged", remedy="Name another --out.") from None

    def run(self, spot: Spot) -> RunFolder:
        """Run folder of a cell; it may be gone once nothing needs it."""
        return RunFolder(self.out.joinpath("runs", *spot.parts))

    def cell_file(self, spot: Spot) -> Path:
        """File of a cell, there once it is finished."""
        path = self.out.joinpath("cells", *spot.parts)
        return path.with_name(f"{path.name}.json")

    def cell(self, spot: Spot) -> Cell | None:
        """A finished cell, None before."""
        try:
            return Cell.model_validate_json(self.cell_file(spot).read_bytes())
        except FileNotFoundError:
            return None

    def keep(self, spot: Spot, cell: Cell) -> None:
        """Publish a finished cell."""
        publish(self.cell_file(spot), cell.model_dump_json(indent=1).encode() + b"\n")

    def picks_file(self, spot: Spot) -> Path:
        """What a round picked, kept before it trains."""
        return self.run(spot).path / "picks.json"

    def log(self, spot: Spot) -> Path:
        """What the process said that makes a line of cells."""
        return self.out / "logs" / f"seed-{spot.seed}-{spot.kind}.log"

    def failure_file(self, spot: Spot) -> Path:
        """Why a line of cells did not go on."""
        return self.out / "failures" / f"seed-{spot.seed}-{spot.kind}.json"

    def failure(self, spot: Spot) -> str:
        """Why it did not go on, empty where nothing failed."""
        try:
            return str(json.loads(self.failure_file(spot).read_text("utf-8"))["reason"])
        except FileNotFoundError:
            return ""

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder.

        Raises:
            UserError: ``simulation_locked`` when another process works on it.
        """
        self.out.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.out / "simulation.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            message = f"Another simulation works on {self.out}."
            raise UserError(
                message, code="simulation_locked", remedy="Wait for it, or name another --out."
            ) from None
        try:
            yield
        finally:
            lock.release()
