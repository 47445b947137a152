"""A model a fold: train, predict what it has not seen, rank; resumable fold by fold."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from modeling.crossfit.folds import Fold, folds_of
from modeling.crossfit.predicting import Row, judged_rows
from modeling.crossfit.ranking import ranked
from modeling.errors import UserError
from modeling.inference.predictor import Predictor
from modeling.runs import RunFolder, publish
from modeling.snapshots import Snapshot
from modeling.tasks import TASKS, require_classes
from modeling.training.config import TrainConfig
from modeling.training.loop import OnEvent
from modeling.training.run import train
from modeling.training.signals import StopFlag

PLAN, RANKING, PREDICTIONS = "crossfit.json", "ranking.jsonl", "predictions"
"""What was asked for; a row a frame, the most suspicious first; predicted label maps by key."""


@dataclass(frozen=True, slots=True)
class Crossfit:
    """A folder in which labels are judged by models that have not seen them.

    Args:
        snapshot: Frames and labels.
        out: New, or begun with the same settings.
        config: Of each fold's training.
        folds: How many.
    """

    snapshot: Snapshot
    out: Path
    config: TrainConfig
    folds: int

    def run(
        self,
        *,
        device: torch.device,
        stop: StopFlag | None = None,
        on_event: OnEvent = lambda name, **fields: None,
        threads: int | None = None,
        token: str = "",
    ) -> list[Row]:
        """Do what is left, write `RANKING` and return its rows, the most suspicious first.

        ``on_event`` is called with ``phase`` (``phase``) and ``progress`` (``fold`` from 0, ``folds``, ``spent`` 0..1
        of the whole, ``text``).

        Raises:
            UserError: ``no_classes``, ``crossfit_differs``, ``no_labels``, ``too_few_cuts`` or what training raises.
            Stopped: asked to stop; calling again goes on.
        """
        stop = stop or StopFlag()
        require_classes(TASKS.get(self.config.task), "A search for label errors")
        kind = TASKS.get(self.config.task).kind
        rows = self.snapshot.frames(kind=kind)
        if not rows:
            message = f"The snapshot has no {kind} labels to look at."
            raise UserError(message, code="no_labels", remedy="Label some frames first.")
        folds = folds_of(rows, self.folds, self.config.seed)
        folder = RunFolder(self.out)
        with folder.lock(token):
            self._same_or_new(folds)
            found: list[Row] = []
            for fold in folds:
                done = self.out / f"fold-{fold.number}.jsonl"
                if not done.is_file():
                    rows_of_fold = self._judge(fold, len(folds), device, stop, on_event, threads)
                    publish(done, _lines(rows_of_fold))
                    shutil.rmtree(self._run_of(fold).path, ignore_errors=True)
                found += [json.loads(line) for line in done.read_bytes().splitlines()]
            on_event("phase", phase="ranking")
            ranking = ranked(found, TASKS.get(self.config.task).classes)
            publish(self.out / RANKING, _lines(ranking))
        return ranking

    def _judge(
        self,
        fold: Fold,
        folds: int,
        device: torch.device,
        stop: StopFlag,
        on_event: OnEvent,
        threads: int | None,
    ) -> list[Row]:
        run, name = self._run_of(fold), f"Fold {fold.number + 1} of {folds}"
        _part(on_event, fold.number, folds, f"{name}: reading frames", 0.0, 0.0)("progress", spent=0.0)
        train(
            self.config,
            Snapshot(self.snapshot.folder, self.snapshot.header, fold.train),
            run,
            device=device,
            stop=stop,
            on_event=_part(on_event, fold.number, folds, f"{name}: training", 0.0, 0.9),
            threads=threads,
        )
        tell, done = _part(on_event, fold.number, folds, f"{name}: comparing", 0.9, 0.1), 0

        def tick() -> None:
            nonlocal done
            stop.check()
            tell("progress", spent=done / len(fold.judged))
            done += 1

        return judged_rows(
            self.snapshot, fold.judged, Predictor.open(run, device), self.out / PREDICTIONS, tick
        )

    def _run_of(self, fold: Fold) -> RunFolder:
        return RunFolder(self.out / f"fold-{fold.number}")

    def _same_or_new(self, folds: list[Fold]) -> None:
        """Write down what is asked for, or refuse where it is not what the folder was begun with."""
        dealt = [[row.key for row in fold.judged] for fold in folds]
        plan = {
            "config": self.config.model_dump(mode="json"),
            "folds": len(folds),
            "dealt": hashlib.sha256(json.dumps(dealt).encode()).hexdigest(),
        }
        stored = _read(self.out / PLAN)
        if stored is None:
            publish(self.out / PLAN, json.dumps(plan, indent=2).encode())
        elif stored != plan:
            raise UserError(
                f"{self.out.name} was begun with other settings, or with another snapshot.",
                code="crossfit_differs",
                remedy="Name another folder, or repeat the first settings to resume it.",
            )


def _part(
    on_event: OnEvent, number: int, folds: int, text: str, start: float, length: float
) -> Callable[..., None]:
    """Events of one part of a fold as parts of the whole."""

    def tell(name: str, **fields: Any) -> None:
        if name == "progress":
            spent = (number + start + length * float(fields["spent"])) / folds
            on_event("progress", fold=number, folds=folds, spent=round(spent, 4), text=text)

    return tell


def _lines(rows: list[Row]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
