"""Where an experiment's runs lie, and what its names stand for on this machine (torch-free)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from modeling.errors import UserError
from modeling.experiments.config import Experiment, Variant, train_config
from modeling.registry import propose
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.snapshots.reader import file_sha256
from modeling.training.config import TrainConfig, differences

NOTES = "experiment.json"
"""File in a run folder: machine, commit and date of its last attempt, and why it failed if it did."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One training: a variant, filled in, with one seed."""

    variant: Variant
    seed: int

    @property
    def name(self) -> str:
        """How it is spoken of."""
        return f"{self.variant.name}/{self.seed}"


@dataclass(frozen=True)
class Places:
    """An experiment with its folder of results and the folders behind its names.

    Runs lie in ``out/<variant>/<seed>``.
    """

    experiment: Experiment
    out: Path
    snapshots: Mapping[str, Path]
    runs: Mapping[str, Path]
    _opened: dict[str, Snapshot] = field(default_factory=dict)

    def folder(self, trial: Trial) -> RunFolder:
        """Its run folder, which need not exist yet."""
        return RunFolder(self.out / trial.variant.name / str(trial.seed))

    def snapshot(self, variant: Variant) -> Snapshot:
        """The snapshot it trains on.

        Raises:
            UserError: ``unknown_snapshot`` when nothing says where it lies, or what opening it raises.
        """
        name = str(variant.snapshot)
        if name not in self.snapshots:
            message = f"Nothing says where the snapshot {name!r} of variant {variant.name!r} lies."
            remedy = propose(name, self.snapshots) if self.snapshots else ""
            remedy = f"{remedy} Give --snapshot {name}=DIR.".strip()
            raise UserError(message, code="unknown_snapshot", remedy=remedy)
        if name not in self._opened:
            self._opened[name] = Snapshot.open(self.snapshots[name])
        return self._opened[name]

    def named(self, name: str, seed: int) -> RunFolder:
        """The run of that name: a variant's of the same seed, or a given one (its subfolder of that seed if any).

        Raises:
            UserError: ``unknown_run``.
        """
        if name in self.experiment.names():
            return self.folder(Trial(self.experiment.variant(name), seed))
        if name not in self.runs:
            message = f"Nothing says where the run {name!r} lies."
            raise UserError(message, code="unknown_run", remedy=f"Give --run {name}=DIR.")
        of_seed = RunFolder(self.runs[name] / str(seed))
        return of_seed if of_seed.weights.is_file() else RunFolder(self.runs[name])

    def config(self, trial: Trial) -> TrainConfig:
        """What its training is asked to do, the weights it starts from and stands on included."""
        variant = trial.variant
        weights = {field: self._weights(name, trial.seed) for field, name in variant.others.items()}
        return train_config(variant, self.snapshot(variant).id, trial.seed, weights)

    def _weights(self, name: str, seed: int) -> str:
        run = self.named(name, seed)
        if not run.weights.is_file():
            raise UserError(f"{name}/{seed} has no trained weights yet.", code="run_unfinished")
        return file_sha256(run.weights)

    def outdated(self, trial: Trial) -> str:
        """Why a run that is there is not the one the file asks for; empty when it is."""
        stored = self.folder(trial).config()
        if stored is None:
            return ""
        changed = differences(self.config(trial), stored)
        return (
            f"its folder holds a run of another {', '.join(changed)}: name another --out, or remove it"
            if changed
            else ""
        )

    def told(self, text: str) -> str:
        """The text without paths of this machine: names stand for them."""
        known = {path: f"<{name}>" for name, path in {**self.snapshots, **self.runs}.items()}
        for path, name in [(self.out, "<out>"), *known.items()]:
            for spelling in (str(path.resolve()), str(path.absolute()), str(path)):
                text = text.replace(spelling, name) if len(spelling) > 1 else text
        return text


def chosen(
    experiment: Experiment, seeds: Iterable[int], only: Iterable[str] = (), everything: bool = False
) -> list[Trial]:
    """The trainings to run, in order: seed by seed, each after those it needs.

    Args:
        experiment: The file.
        seeds: Seeds of every variant.
        only: Names or patterns (``full-*``) of variants, also of those marked "not run"; all others are left
            alone, but for what these need.
        everything: Whether those marked "not run" run too.

    Raises:
        UserError: ``unknown_variant``, or what is wrong with a variant marked "not run" that is asked for.
    """
    wanted = _wanted(experiment, list(only), everything)
    ordered: list[str] = []
    for name in wanted:
        _with_needs(experiment, name, ordered)
    variants = [experiment.variant(name) for name in ordered]
    for variant in variants:
        train_config(variant, "", 0)
    return [Trial(variant, seed) for seed in seeds for variant in variants]


def _wanted(experiment: Experiment, only: list[str], everything: bool) -> list[str]:
    names = experiment.names()
    for pattern in only:
        if not any(fnmatchcase(name, pattern) for name in names):
            message = f"There is no variant {pattern!r}."
            raise UserError(message, code="unknown_variant", remedy=propose(pattern, names))
    if only:
        return [name for name in names if any(fnmatchcase(name, pattern) for pattern in only)]
    return [name for name in names if everything or not experiment.variant(name).not_run]


def _with_needs(experiment: Experiment, name: str, ordered: list[str]) -> None:
    for needed in experiment.needs(experiment.variant(name)):
        _with_needs(experiment, needed, ordered)
    if name not in ordered:
        ordered.append(name)


def notes_of(run: RunFolder) -> dict[str, Any]:
    """What was noted of a run's last attempt, empty before it."""
    try:
        return dict(json.loads((run.path / NOTES).read_text("utf-8")))
    except FileNotFoundError:
        return {}
