"""One cell: pick with the model of the round before, train on all that is labelled, judge on what is held out."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from active_learning.simulation.curves import class_quality, quality_of
from active_learning.simulation.effort import Work, work_of
from active_learning.simulation.places import FULL, START, Cell, Chosen, Places, Spot
from active_learning.simulation.plan import Arm, Plan, needs_of
from active_learning.simulation.pool import Pool, cut_name
from active_learning.simulation.views import members_wanted, score_pool, scorers_for, view_of
from active_learning.strategies import STRATEGIES, Pick
from modeling.images import read_rgb
from modeling.inference.predictor import NOTHING, Predictor
from modeling.labels import KINDS
from modeling.runs import RunFolder, publish
from modeling.snapshots import FrameRow
from modeling.training.config import TrainConfig
from modeling.training.evaluation import Labels, judge
from modeling.training.masks import Masks
from modeling.training.run import train
from modeling.training.signals import StopFlag
from modeling.training.standing import weights_hash


@dataclass
class Workbench:
    """What the cells of one process share."""

    places: Places
    plan: Plan
    pool: Pool
    device: torch.device
    stop: StopFlag = field(default_factory=StopFlag)

    def start(self, seed: int) -> Cell:
        """The first set of a seed, which all strategies share."""
        spot = Spot(seed, START)
        return self.places.cell(spot) or self._round(spot, self.plan.start, [], self.plan.init)

    def line(self, arm: Arm, seed: int, rounds: int) -> None:
        """All rounds of a strategy under one seed, those that are there left alone."""
        done = [self.start(seed)]
        for number in range(1, rounds + 1):
            spot = Spot(seed, arm.folder, number)
            done.append(self.places.cell(spot) or self._round(spot, arm, done, self.plan.step))
            if number > 1:  # the first set's weights are everybody's
                _drop(self.places.run(Spot(seed, arm.folder, number - 1)))

    def full(self, seed: int) -> Cell:
        """The training on the whole pool: what selection is measured against."""
        spot, clock = Spot(seed, FULL), _Clock()
        if (there := self.places.cell(spot)) is not None:
            return there
        steps = max(1, round(self.plan.steps * self.plan.full_steps_factor))
        keys = [row.key for row in self.pool.rows]
        held_out = self._trained(spot, keys, steps, None, clock)
        cell = self._cell(spot, None, [], len(keys), steps, held_out, clock)
        _drop(self.places.run(spot))
        return cell

    # --- a round ---

    def _round(self, spot: Spot, arm: Arm, done: Sequence[Cell], budget: int) -> Cell:
        clock = _Clock()
        before = Spot(spot.seed, START) if spot.round == 1 else Spot(spot.seed, spot.kind, spot.round - 1)
        model = self.places.run(before) if done else None
        labelled = [chosen.key for cell in done for chosen in cell.chosen]
        chosen = self._chosen(spot, arm, labelled, model, budget, clock)
        keys = labelled + [one.key for one in chosen]
        warm = model if self.plan.warm_start else None
        held_out = self._trained(spot, keys, self.plan.steps, warm, clock)
        return self._cell(spot, arm, chosen, len(keys), self.plan.steps, held_out, clock)

    def _chosen(
        self,
        spot: Spot,
        arm: Arm,
        labelled: list[str],
        model: RunFolder | None,
        budget: int,
        clock: _Clock,
    ) -> list[Chosen]:
        """What the round picks; kept before training, so that an interrupted one goes on with the same frames."""
        file = self.places.picks_file(spot)
        if file.is_file():
            return [Chosen.model_validate(row) for row in json.loads(file.read_bytes())]
        predictor = Predictor.open(model, self.device) if model else None
        with clock("score"):
            found, quality = self._scores(spot, arm, labelled, predictor)
        with clock("pick"):
            picks = self._picks(spot, arm, labelled, found, quality, budget)
        chosen = [self._as_chosen(pick, predictor) for pick in picks]
        rows = [one.model_dump(mode="json") for one in chosen]
        publish(file, json.dumps(rows, ensure_ascii=False).encode())
        return chosen

    def _scores(
        self, spot: Spot, arm: Arm, labelled: list[str], predictor: Predictor | None
    ) -> tuple[dict[str, NDArray[Any]], NDArray[np.float64] | None]:
        """What the scorers that the strategy asks for give, and IoU a class where it asks for that.

        That is of the frames the model learned from, since none are spared for validation: what is held out must not
        steer a choice.
        """
        needs = needs_of(arm)
        if predictor is None:
            return {}, None
        members = self._members(spot, labelled) if members_wanted(needs) else []
        found = score_pool(self.pool, predictor, scorers_for(needs), members, self.stop)
        for member in members:
            _drop(RunFolder(member))
        if "class_quality" not in needs.classes:
            return found, None
        learned = [row for row in self.pool.rows if row.key in set(labelled)]
        return found, class_quality(np.sum(list(self._judged(predictor, learned).values()), axis=0))

    def _picks(
        self,
        spot: Spot,
        arm: Arm,
        labelled: list[str],
        found: dict[str, NDArray[Any]],
        quality: NDArray[np.float64] | None,
        budget: int,
    ) -> list[Pick]:
        strategy, features = STRATEGIES[arm.strategy], self.places.out / "features"
        view = view_of(self.pool, set(labelled), needs_of(arm), features, found, quality)
        return strategy.select(
            view,
            budget=budget,
            rng=np.random.default_rng((spot.seed, spot.round)),
            cap_per_cut=self.plan.cap_per_cut,
            params=arm.parsed(strategy),
        )

    def _as_chosen(self, pick: Pick, predictor: Predictor | None) -> Chosen:
        row = self.pool.rows[pick.frame_id]
        return Chosen(
            key=row.key,
            cut=cut_name(row),
            utility=pick.utility,
            reason=pick.reason,
            probability=pick.probability,
            work=self._work(row, predictor),
        )

    def _work(self, row: FrameRow, predictor: Predictor | None) -> Work:
        snapshot, kind = self.pool.snapshot, KINDS[self.pool.kind]
        truth, draft = snapshot.classes(row, kind.name), None
        if predictor is not None:
            labels = self._labels(predictor, row, read_rgb(snapshot.path(row.file)))
            draft = kind.to_classes(labels.predicted if labels.draft is None else labels.draft)
        return work_of(truth, draft)

    def _members(self, spot: Spot, labelled: list[str]) -> list[Path]:
        """Further runs on the frames of the round before, of other initial weights, for an ensemble."""
        folder = self.places.run(spot).path.parent
        members = [folder / f"{spot.round:02d}-member-{number}" for number in range(1, self.plan.ensemble)]
        for number, member in enumerate(members, 1):
            config = self._config(labelled, self.plan.steps, spot.seed + 1000 * number, None)
            self._train(config, labelled, RunFolder(member), None)
        return members

    # --- training and judging ---

    def _config(self, keys: Sequence[str], steps: int, seed: int, warm: RunFolder | None) -> TrainConfig:
        update = {
            "snapshot": self.pool.part(set(keys)).id,
            "steps": steps,
            "seed": seed,
            "from_run": weights_hash(warm) if warm else None,
        }
        return self.plan.training.model_copy(update=update)

    def _train(
        self, config: TrainConfig, keys: Sequence[str], run: RunFolder, warm: RunFolder | None
    ) -> None:
        train(
            config,
            self.pool.part(set(keys)),
            run,
            device=self.device,
            stop=self.stop,
            from_run=warm,
            threads=self.plan.threads,
        )

    def _trained(
        self, spot: Spot, keys: Sequence[str], steps: int, warm: RunFolder | None, clock: _Clock
    ) -> dict[str, NDArray[np.int64]]:
        """Train a cell's run on these frames; its (C, C) counts by held-out cut."""
        run = self.places.run(spot)
        with clock("train"):
            self._train(self._config(keys, steps, spot.seed, warm), keys, run, warm)
        with clock("judge"):
            return self._judged(Predictor.open(run, self.device), self.pool.held_out)

    def _judged(self, predictor: Predictor, rows: Sequence[FrameRow]) -> dict[str, NDArray[np.int64]]:
        """(C, C) counts of these frames by cut."""

        def label(row: FrameRow, rgb: Any) -> Labels:
            self.stop.check()
            return self._labels(predictor, row, rgb)

        by_cut: dict[str, NDArray[np.int64]] = {}
        for item in judge(self.pool.snapshot, rows, self.plan.task, label):
            name = cut_name(item.row)
            by_cut[name] = by_cut.get(name, 0) + item.counts
        return by_cut

    def _labels(self, predictor: Predictor, row: FrameRow, rgb: Any) -> Labels:
        masks = Masks(self.pool.snapshot, self.plan.task.cut_by, predictor.way)
        drawn = masks.drawn(row) if predictor.way.drawn else NOTHING
        return Labels(*predictor.label_and_draft(rgb, drawn))

    def _cell(
        self,
        spot: Spot,
        arm: Arm | None,
        chosen: list[Chosen],
        labels: int,
        steps: int,
        held_out: dict[str, NDArray[np.int64]],
        clock: _Clock,
    ) -> Cell:
        value = float(quality_of(self.plan.task.headline)(np.sum(list(held_out.values()), axis=0)))
        cell = Cell(
            arm=arm,
            seed=spot.seed,
            round=spot.round,
            chosen=chosen,
            labels=labels,
            steps=steps,
            value=None if np.isnan(value) else value,
            held_out={cut: counts.tolist() for cut, counts in sorted(held_out.items())},
            seconds={name: round(seconds, 3) for name, seconds in clock.seconds.items()},
        )
        self.places.keep(spot, cell)
        return cell


def _drop(run: RunFolder) -> None:
    """Weights that nothing needs any more."""
    shutil.rmtree(run.path, ignore_errors=True)


@dataclass
class _Clock:
    """Seconds by what was done."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - started
