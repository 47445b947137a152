"""Running an experiment: each training a process of its own, so that what happens to one happens to no other."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from modeling.children import Child, tail_of
from modeling.errors import UserError
from modeling.experiments.config import setting_pairs
from modeling.experiments.machine import commit, cores, processor
from modeling.experiments.places import NOTES, Places, Trial, notes_of
from modeling.runs import RunFolder

POLL_SECONDS = 0.2
LOG = "train.log"

Tell = Callable[..., None]
"""``tell(event, **fields)`` with ``trial`` and, for ``progress``, ``step``, ``spent``, ``loss``."""


@dataclass(frozen=True, slots=True)
class Options:
    """How trainings are run: how many at once, on how many threads each, where, and the date to note."""

    jobs: int = 1
    threads: int | None = None
    device: str = "auto"
    date: str = ""


@dataclass
class Process:
    """A training under way."""

    trial: Trial
    run: RunFolder
    child: Child
    told_step: int = -1


def run_all(
    places: Places,
    trials: list[Trial],
    options: Options,
    tell: Tell = lambda event, **fields: None,
    after_each: Callable[[], object] = lambda: None,
) -> list[Trial]:
    """Run what is not finished, and return the trainings that failed.

    Finished runs are left alone, interrupted ones go on from their checkpoints, a failed one is noted with its
    reason in its folder and the rest goes on. On Ctrl-C those under way write their checkpoints first; should
    this process be killed they do the same, because the pipe they watch closes.

    Args:
        places: The experiment and its folders.
        trials: In an order in which each comes after what it needs.
        options: How.
        tell: Called with ``finished``, ``started``, ``progress``, ``done`` and ``failed``.
        after_each: Called whenever a run has ended.
    """
    return _Bench(places, options, tell, after_each).run(trials)


@dataclass
class _Bench:
    """Trainings waiting, under way and ended."""

    places: Places
    options: Options
    tell: Tell
    after_each: Callable[[], object]
    running: list[Process] = field(default_factory=list)
    failed: list[Trial] = field(default_factory=list)

    def run(self, trials: list[Trial]) -> list[Trial]:
        waiting = list(trials)
        try:
            while waiting or self.running:
                self._start_ready(waiting)
                for process in list(self.running):
                    self._look_at(process)
                if self.running:
                    time.sleep(POLL_SECONDS)
        finally:
            for process in self.running:
                process.child.stop()
            for process in self.running:
                process.child.wait()
        return self.failed

    def _start_ready(self, waiting: list[Trial]) -> None:
        """Start trainings while there is room, in order, passing over those that wait for one under way."""
        for trial in list(waiting):
            if len(self.running) >= self.options.jobs:
                return
            if self._unfinished(trial, [*waiting, *(one.trial for one in self.running)]):
                continue
            waiting.remove(trial)
            self._start(trial)

    def _unfinished(self, trial: Trial, before: list[Trial]) -> bool:
        needed = self.places.experiment.needs(trial.variant)
        return any(other.seed == trial.seed and other.variant.name in needed for other in before)

    def _start(self, trial: Trial) -> None:
        run = self.places.folder(trial)
        try:
            reason = self._needs_failed(trial) or self.places.outdated(trial)
            if reason:
                self._fail(trial, reason)
            elif run.done:
                self.tell("finished", trial=trial)
            else:
                self.running.append(self._process(trial, run))
                self.tell("started", trial=trial)
        except UserError as error:
            self._fail(trial, str(error))

    def _needs_failed(self, trial: Trial) -> str:
        needed = self.places.experiment.needs(trial.variant)
        lost = [one.name for one in self.failed if one.seed == trial.seed and one.variant.name in needed]
        return f"it needs {lost[0]}, which failed" if lost else ""

    def _process(self, trial: Trial, run: RunFolder) -> Process:
        run.publish_json(NOTES, self._note(trial))
        words = command(self.places, trial, self.options)
        return Process(trial, run, Child(words, run.path / LOG, self.options.threads))

    def _note(self, trial: Trial) -> dict[str, Any]:
        return {
            "processor": processor(),
            "cores": cores(),
            "jobs": self.options.jobs,
            "commit": commit(),
            "date": self.options.date or datetime.now(UTC).date().isoformat(),
        }

    def _look_at(self, process: Process) -> None:
        code = process.child.poll()
        row = last_row(process.run)
        if row and row["step"] != process.told_step:
            process.told_step = row["step"]
            self.tell("progress", trial=process.trial, **row, spent=spent(process.trial, row))
        if code is not None:
            self.running.remove(process)
            self._ended(process, code)

    def _ended(self, process: Process, code: int) -> None:
        if code == 0 and process.run.done:
            self.tell("done", trial=process.trial)
            self.after_each()
        else:
            self._fail(process.trial, process.child.last_words(code))

    def _fail(self, trial: Trial, reason: str) -> None:
        reason = self.places.told(reason).strip()
        run = self.places.folder(trial)
        run.publish_json(NOTES, {**self._note(trial), **notes_of(run), "failed": reason})
        self.failed.append(trial)
        self.tell("failed", trial=trial, reason=reason)
        self.after_each()


def command(places: Places, trial: Trial, options: Options) -> list[str]:
    """The words of ``python -m modeling train`` for one training."""
    variant = trial.variant
    words = [sys.executable, "-m", "modeling", "train", str(places.snapshots[str(variant.snapshot)])]
    words += [str(places.folder(trial).path), "--json", "--watch-stdin"]
    given: dict[str, Any] = {
        "task": variant.task,
        "network": variant.network,
        "loss": variant.loss,
        "recipe": variant.recipe,
        "steps": variant.steps,
        "seconds": variant.seconds,
        "seed": trial.seed,
        "device": options.device,
        "threads": options.threads,
        **{
            field.replace("_", "-"): places.named(name, trial.seed).path
            for field, name in variant.others.items()
        },
    }
    for name, value in given.items():
        words += [] if value is None else [f"--{name}", str(value)]
    return words + [word for pair in setting_pairs(variant) for word in ("--set", pair)]


def last_row(run: RunFolder) -> dict[str, Any] | None:
    """The last whole row of a run's log, None before it."""
    lines = tail_of(run.path / "metrics.jsonl").split(b"\n")[:-1]
    try:
        return json.loads(lines[-1]) if lines else None
    except ValueError:
        return None


def spent(trial: Trial, row: dict[str, Any]) -> float | None:
    """Share of the budget used, None where it is in epochs."""
    variant = trial.variant
    if variant.steps:
        return min(1.0, row["step"] / variant.steps)
    return min(1.0, row["seconds"] / variant.seconds) if variant.seconds else None
