"""A simulation's cells read back: what each strategy's curve was, over seeds and over draws of held-out cuts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from active_learning.simulation import intervals as iv
from active_learning.simulation.curves import Floats, height_weights, quality_of
from active_learning.simulation.effort import Measure, effort_of
from active_learning.simulation.places import FULL, START, Cell, Places, Spot
from active_learning.simulation.plan import Arm, Plan


@dataclass(frozen=True)
class Curves:
    """The cells of one strategy over the seeds that have all of them.

    Attributes:
        seeds: Those seeds.
        labels: (S, R + 1) frames labelled.
        efforts: (S, R + 1) what labelling them took.
        values: (S, R + 1) quality over all held-out pixels.
        drawn: (draws, S, R + 1) the same over draws of held-out cuts.
        full: (S,) quality of the training on the whole pool.
        drawn_full: (draws, S) over the same draws.
        scale: Mean quality of the training on the whole pool over all seeds: what areas are divided by.
    """

    arm: Arm
    seeds: list[int]
    labels: Floats
    efforts: Floats
    values: Floats
    drawn: Floats
    full: Floats
    drawn_full: Floats
    scale: np.float64

    def of(self, seeds: Sequence[int]) -> Curves:
        """The same over fewer seeds."""
        rows = [self.seeds.index(seed) for seed in seeds]
        return Curves(
            self.arm,
            list(seeds),
            self.labels[rows],
            self.efforts[rows],
            self.values[rows],
            self.drawn[:, rows],
            self.full[rows],
            self.drawn_full[:, rows],
            self.scale,
        )

    def area(self, x: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """(S,) mean quality between ``low`` and ``high`` (S,) of (S, R + 1) places, over ``scale``; and drawn.

        The area under the budget curve, normalized by the training on the whole pool. One scale for all seeds and
        draws: a seed or a draw in which that training went badly would else outweigh the others.
        """
        weights = np.stack([height_weights(*ends) for ends in zip(x, low, high, strict=True)])
        with np.errstate(divide="ignore", invalid="ignore"):  # a full pool that learned nothing
            return (self.values * weights).sum(1) / self.scale, (self.drawn * weights).sum(2) / self.scale

    @cached_property
    def aubc(self) -> tuple[Floats, Floats]:
        """Area over all frames labelled, (S,) and drawn (draws, S)."""
        return self.area(self.labels, self.labels[:, 0], self.labels[:, -1])

    @cached_property
    def final(self) -> tuple[Floats, Floats]:
        """Quality of the last round, (S,) and drawn (draws, S)."""
        return self.values[:, -1], self.drawn[:, :, -1]


@dataclass(frozen=True)
class Study:
    """A simulation's cells, as far as they are there."""

    places: Places
    plan: Plan
    arms: Mapping[str, Arm]
    seeds: Sequence[int]
    rounds: int
    measure: Measure

    @cached_property
    def starts(self) -> dict[int, Cell]:
        """First sets that are there, by seed."""
        found = {seed: self.places.cell(Spot(seed, START)) for seed in self.seeds}
        return {seed: cell for seed, cell in found.items() if cell is not None}

    @cached_property
    def fulls(self) -> dict[int, Cell]:
        """Trainings on the whole pool that are there, by seed."""
        found = {seed: self.places.cell(Spot(seed, FULL)) for seed in self.seeds}
        return {seed: cell for seed, cell in found.items() if cell is not None}

    @cached_property
    def cuts(self) -> list[str]:
        """Held-out cuts."""
        return sorted(next(iter(self.starts.values())).held_out) if self.starts else []

    @cached_property
    def times(self) -> NDArray[np.int64]:
        """(draws, cuts) draws of cuts, shared by everything that is compared."""
        return iv.cut_times(len(self.cuts))

    @cached_property
    def curves(self) -> dict[str, Curves]:
        """Strategies of which at least one seed is complete, by label."""
        found = {label: self._curves(arm) for label, arm in self.arms.items()}
        return {label: line for label, line in found.items() if line is not None}

    @cached_property
    def scale(self) -> np.float64:
        """Mean quality of the trainings on the whole pool."""
        counts = self._counts([list(self.fulls.values())])
        return np.float64(quality_of(self.plan.task.headline)(counts.sum(2)).mean())

    def cells(self, arm: Arm, seed: int) -> list[Cell]:
        """Cells of a strategy from the first set on, as far as they are there without a gap."""
        cells = [self.starts[seed]] if seed in self.starts else []
        for number in range(1, self.rounds + 1):
            cell = self.places.cell(Spot(seed, arm.folder, number)) if len(cells) == number else None
            cells += [cell] if cell is not None else []
        return cells

    def _curves(self, arm: Arm) -> Curves | None:
        every = {seed: self.cells(arm, seed) for seed in self.seeds if seed in self.fulls}
        whole = {seed: cells for seed, cells in every.items() if len(cells) == self.rounds + 1}
        if not whole:
            return None
        quality = quality_of(self.plan.task.headline)
        counts = self._counts(list(whole.values()))
        fulls = self._counts([[self.fulls[seed]] for seed in whole])
        return Curves(
            arm=arm,
            seeds=list(whole),
            labels=np.array([[cell.labels for cell in cells] for cells in whole.values()], float),
            efforts=np.array([self._efforts(cells) for cells in whole.values()]),
            values=quality(counts.sum(2)),
            drawn=iv.over_cuts(counts, self.times, quality),
            full=quality(fulls.sum(2))[:, 0],
            drawn_full=iv.over_cuts(fulls, self.times, quality)[:, :, 0],
            scale=self.scale,
        )

    def _counts(self, lines: Sequence[Sequence[Cell]]) -> NDArray[np.int64]:
        """(S, R + 1, cuts, C, C) pixels."""
        return np.array([[[cell.held_out[cut] for cut in self.cuts] for cell in cells] for cells in lines])

    def _efforts(self, cells: Sequence[Cell]) -> list[float]:
        spent = [sum(effort_of(one.work, self.measure) for one in cell.chosen) for cell in cells]
        return np.cumsum(spent).tolist()
