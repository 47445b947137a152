"""Running what is not finished of a simulation: lines of cells side by side, each a process of its own."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from active_learning.simulation.places import FULL, START, Places, Spot
from active_learning.simulation.plan import Arm
from active_learning.simulation.worker import work
from modeling.children import Child
from modeling.errors import UserError
from modeling.runs import publish
from modeling.training.signals import StopFlag

POLL_SECONDS = 0.2

Tell = Callable[[int], None]
"""Called with how many of the cells asked for are there."""


@dataclass(frozen=True, slots=True)
class Line:
    """Cells that follow each other: the first set of a seed, its training on all, or a strategy's rounds."""

    seed: int
    kind: str
    arm: Arm | None = None
    rounds: int = 0

    @property
    def spots(self) -> list[Spot]:
        """Places of its cells."""
        if self.arm is None:
            return [Spot(self.seed, self.kind)]
        return [Spot(self.seed, self.kind, number) for number in range(1, self.rounds + 1)]

    @property
    def name(self) -> str:
        """How it is spoken of."""
        return f"{self.kind} (seed {self.seed})"

    @property
    def told(self) -> str:
        """What its process is told to make."""
        return self.kind if self.arm is None else self.arm.model_dump_json()


def lines_of(arms: Sequence[Arm], seeds: Sequence[int], rounds: int) -> list[Line]:
    """All lines, each after what it needs: first sets, what they are measured against, then the strategies."""
    starts = [Line(seed, START) for seed in seeds]
    fulls = [Line(seed, FULL) for seed in seeds]
    each = {arm.folder: arm for arm in arms}
    return [*starts, *fulls, *(Line(seed, name, arm, rounds) for seed in seeds for name, arm in each.items())]


def run_lines(
    places: Places, lines: Sequence[Line], jobs: int, tell: Tell = lambda done: None
) -> dict[str, str]:
    """Make the cells that are not there, and return why lines failed, by their names.

    A line that fails is noted and the others go on. On Ctrl-C those under way write their checkpoints first; should
    this process be killed they do the same, because the pipe they watch closes.

    Args:
        places: The simulation's folder.
        lines: As `lines_of` gives them.
        jobs: Processes at once; 0 for none, everything in this one.
        tell: Called whenever cells may have come.
    """
    bench = _Bench(places, list(lines), tell)
    return bench.run_here() if jobs == 0 else bench.run(jobs)


@dataclass
class _Bench:
    """Lines waiting, under way and failed."""

    places: Places
    lines: list[Line]
    tell: Tell
    running: dict[str, tuple[Line, Child]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def run(self, jobs: int) -> dict[str, str]:
        waiting = [line for line in self.lines if not self._done(line)]
        try:
            while waiting or self.running:
                for line in list(self._ready(waiting, jobs)):
                    waiting.remove(line)
                    self._start(line)
                self._look()
                if self.running:
                    time.sleep(POLL_SECONDS)
        finally:
            for _, child in self.running.values():
                child.stop()
            for _, child in self.running.values():
                child.wait()
        return self.failed

    def run_here(self) -> dict[str, str]:
        """One after the other in this process, for tests and for looking inside."""
        for line in self.lines:
            if self._done(line) or self._lost(line):
                continue
            try:
                work(self.places.out, line.seed, line.told, line.rounds, StopFlag())
            except UserError as error:
                self._fail(line, str(error))
            self._told()
        return self.failed

    def _ready(self, waiting: list[Line], jobs: int) -> Iterator[Line]:
        """Lines that may start now: there is room, and the first set of their seed is there."""
        room = jobs - len(self.running)
        for line in list(waiting):
            if self._lost(line):
                waiting.remove(line)
            elif room > 0 and (line.arm is None or self.places.cell_file(Spot(line.seed, START)).is_file()):
                room -= 1
                yield line

    def _lost(self, line: Line) -> bool:
        """Whether the first set that a line needs has failed; said once."""
        start = Line(line.seed, START)
        if line.arm is None or start.name not in self.failed:
            return False
        self._fail(line, f"it needs {start.name}, which failed")
        return True

    def _start(self, line: Line) -> None:
        plan = self.places.plan()
        words = [sys.executable, "-m", "active_learning.simulation.worker", str(self.places.out)]
        words += ["--seed", str(line.seed), "--arm", line.told, "--rounds", str(line.rounds)]
        log = self.places.log(Spot(line.seed, line.kind))
        self.running[line.name] = line, Child(words, log, plan.threads if plan else None)

    def _look(self) -> None:
        for name, (line, child) in list(self.running.items()):
            code = child.poll()
            if code is None:
                continue
            del self.running[name]
            if code or not self._done(line):
                self._fail(line, child.last_words(code))
        self._told()

    def _done(self, line: Line) -> bool:
        return all(self.places.cell_file(spot).is_file() for spot in line.spots)

    def _told(self) -> None:
        self.tell(cells_there(self.places, self.lines))

    def _fail(self, line: Line, reason: str) -> None:
        self.failed[line.name] = reason
        note: Mapping[str, str] = {"line": line.name, "reason": reason}
        publish(self.places.failure_file(Spot(line.seed, line.kind)), json.dumps(note).encode() + b"\n")


def cells_there(places: Places, lines: Sequence[Line]) -> int:
    """How many cells of these lines are finished."""
    return sum(places.cell_file(spot).is_file() for line in lines for spot in line.spots)
