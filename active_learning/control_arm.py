"""What the control arm of a pool tells: rows to arrays, estimates, and sentences that claim no more than those."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Count

from active_learning.control.estimates import (
    Estimate,
    Level,
    Outcomes,
    draft_quality,
    mended_an_hour,
    pool_quality,
    seconds_a_frame,
    wrong_pixels,
)
from active_learning.models import Round, Selection, SelectionItem, SelectionState
from active_learning.services.outcomes import outcome_rows
from annotation.models import AssignmentState
from datasets.models import Pool
from modeling.headline import Headline, headline_of, title_of
from modeling.tasks import Task

FEW_CUTS = 10
"""Below so many cuts of control picks the page says that they are few."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One estimate under its name; ``unit`` is ``figure``, ``percent``, ``seconds`` or ``frames``."""

    name: str
    title: str
    unit: str
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Arm:
    """Where the picks of one arm stand: skipped ones were found not worth drawing, the rest wait for people."""

    picked: int = 0
    accepted: int = 0
    skipped: int = 0

    @property
    def waiting(self) -> int:
        """Picked, and neither accepted nor skipped."""
        return self.picked - self.accepted - self.skipped


@dataclass(frozen=True, slots=True)
class PoolQuality:
    """Drafts of one round's picks, each by the frames it stands for: its model's drafts in the pool at that time.

    ``held_out`` is what the model before, which drafted, had on held-out frames; None where there is none.
    """

    round: Round
    level: Level
    held_out: Headline | None


@dataclass(frozen=True, slots=True)
class ControlArm:
    """All that the control picks of a pool and task tell."""

    strategy: Arm
    control: Arm
    rows: tuple[Compared, ...]
    quality: tuple[PoolQuality, ...]
    control_cuts: int

    @property
    def main(self) -> Compared | None:
        """The estimate that the verdict goes by: what an hour mends where hours are known, else what was wrong."""
        known = {row.name: row for row in self.rows if row.estimate.difference is not None}
        return known.get("mended") or known.get("wrong") or known.get("seconds")

    @property
    def verdict(self) -> str:
        """``more``, ``less`` or ``undecided`` of the main estimate, ``unknown`` without any."""
        return self.main.estimate.verdict if self.main else "unknown"

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        if self.main is None or self.main.name == "seconds":
            return _missing(self.strategy, self.control)
        what = {
            "mended": "mends {more} of the model's errors than an hour on random frames",
            "wrong": "show {more} of what the model gets wrong than random frames",
        }[self.main.name]
        who = "An hour on the strategy's picks" if self.main.name == "mended" else "The strategy's picks"
        if self.verdict == "undecided":
            return f"Undecided: whether {who[0].lower()}{who[1:]} {what.format(more='more')}{self._resolution()}."
        return f"Decided: {who[0].lower()}{who[1:]} {what.format(more=self.verdict)}."

    def _resolution(self) -> str:
        assert self.main is not None
        interval = self.main.estimate.interval
        if interval is None:
            return "; control picks of at least three cuts must be accepted first"
        half = (interval[1] - interval[0]) / 2
        shown = f"{100 * half:.1f} % of a frame" if self.main.unit == "percent" else f"{half:.2f} frames"
        return f"; with {self.main.estimate.controls} control picks, differences below {shown} cannot be told"

    @property
    def caution(self) -> str:
        """What to keep in mind about the intervals; empty where there are cuts enough."""
        if not self.control_cuts or self.control_cuts >= FEW_CUTS:
            return ""
        cuts = "one cut" if self.control_cuts == 1 else f"{self.control_cuts} cuts"
        return f"The accepted control picks are of {cuts}: intervals are wide, and rough."


def _missing(strategy: Arm, control: Arm) -> str:
    if not control.picked:
        return "Unknown: no control pick was queued yet."
    if not control.accepted or not strategy.accepted:
        return "Unknown: both arms need accepted labels first."
    return "Unknown: drafts of both arms are compared with their labels when the next round trains."


def control_arm_of(pool: Pool, task: Task) -> ControlArm:
    """Read and compare. Figures are aggregates over the pool; no frame is named."""
    outcomes = _outcomes(outcome_rows(pool, task.name), len(task.classes))
    arms = _arms(pool, task.name)
    rows = (
        Compared(
            "quality", f"Draft {title_of(task.headline)}", "figure", draft_quality(outcomes, task.headline)
        ),
        Compared("wrong", "Wrong pixels a frame", "percent", wrong_pixels(outcomes)),
        Compared("seconds", "Work a frame", "seconds", seconds_a_frame(outcomes)),
        Compared("mended", "Wrong pixels mended an hour", "frames", mended_an_hour(outcomes)),
    )
    cuts = len(np.unique(outcomes.cuts[outcomes.control]))
    return ControlArm(arms[False], arms[True], rows, _quality(pool, task, outcomes), cuts)


def _outcomes(rows: Iterable[tuple[Any, ...]], classes: int) -> Outcomes:
    columns = list(zip(*rows, strict=True)) or [()] * 7
    control, selections, of_rounds, cuts, counts, seconds, weights = columns
    nothing = np.full((classes, classes), np.nan)
    # Counts of a task whose classes changed since are as good as none.
    tables = [np.array(one, float) if one and len(one) == classes else nothing for one in counts]
    return Outcomes(
        control=np.array(control, bool),
        selections=np.array(selections, np.int64),
        rounds=np.array(of_rounds, np.int64),
        cuts=np.array(cuts, np.int64),
        counts=np.array(tables, np.float64).reshape(len(tables), classes, classes),
        seconds=np.array(seconds, np.float64),  # None is NaN
        weights=np.array(weights, np.float64),
    )


def _arms(pool: Pool, task: str) -> dict[bool, Arm]:
    """Of the confirmed selections that asked for control picks, whatever came of their picks."""
    confirmed = Selection.objects.of(pool, task).filter(state=SelectionState.CONFIRMED, control_share__gt=0)
    items = SelectionItem.objects.filter(selection__in=confirmed, held_out=False, assignment__isnull=False)
    counts: dict[bool, Counter[str]] = {False: Counter(), True: Counter()}
    states = items.order_by().values_list("control_arm", "assignment__state").annotate(count=Count("pk"))
    for control, state, count in states:
        counts[control][state] += count
    return {
        control: Arm(found.total(), found[AssignmentState.ACCEPTED], found[AssignmentState.SKIPPED])
        for control, found in counts.items()
    }


def _quality(pool: Pool, task: Task, outcomes: Outcomes) -> tuple[PoolQuality, ...]:
    """Newest first, rounds with a drafted control pick."""
    rounds = list(Round.objects.of(pool, task.name).order_by("number"))
    before: Headline | None = None
    found = []
    for row in rounds:
        level = pool_quality(outcomes.where(outcomes.rounds == row.number), task.headline)
        if level.frames:
            found.append(PoolQuality(row, level, before))
        before = headline_of(row.report) or before
    return tuple(reversed(found))
