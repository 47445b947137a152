"""Which two versions of a pool are set beside each other, and how far that has come."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from active_learning.comparisons import Comparison, comparison_of, judgement_of, newest_judge
from active_learning.models import ModelVersion
from active_learning.services.judging import judging
from active_learning.services.versions import version_in_use
from core.models import Job
from core.words import counted
from datasets.models import Pool, Snapshot
from modeling.tasks import Task


@dataclass(frozen=True)
class Chosen:
    """Two versions of a pool and task, or fewer where there are none; ``versions`` are all, newest first."""

    pool: Pool
    task: Task
    versions: tuple[ModelVersion, ...]
    old: ModelVersion | None
    new: ModelVersion | None
    in_use: ModelVersion | None

    @property
    def query(self) -> dict[str, object]:
        """What names them in an address."""
        pair = {"old": self.old and self.old.number, "new": self.new and self.new.number}
        return {"task": self.task.name, **{name: number for name, number in pair.items() if number}}

    @cached_property
    def comparison(self) -> Comparison | None:
        """None where there are no two, or one of them was never judged."""
        return comparison_of(self.old, self.new) if self.old and self.new else None

    @cached_property
    def newest(self) -> Snapshot | None:
        """The newest snapshot with held-out labels."""
        return newest_judge(self.pool, self.task)

    @property
    def held_out(self) -> int:
        """Labelled held-out frames of it."""
        return self.newest.counts["labels"][self.task.kind]["test"] if self.newest else 0

    @property
    def to_judge(self) -> tuple[ModelVersion, ...]:
        """Those of the two that have not judged it."""
        if self.newest is None or self.old is None or self.new is None:
            return ()
        pk = self.newest.pk
        return tuple(one for one in (self.old, self.new) if not judgement_of(one, pk).done)

    @property
    def todo(self) -> str:
        """What has to be judged, in a sentence; empty for nothing."""
        missing = [str(version.number) for version in self.to_judge]
        if not missing:
            return ""
        versions = f"version{'s' * (len(missing) > 1)} {' and '.join(missing)}"
        frames = counted(self.held_out, "labelled held-out frame")
        if self.comparison is None:
            return f"{versions.capitalize()} must first predict the {frames}."
        return f"The newest snapshot has {frames} that {versions} did not predict yet."

    @cached_property
    def job(self) -> Job | None:
        """The newest job that judges the two."""
        return judging(self.old, self.new) if self.old and self.new else None

    @property
    def under_way(self) -> Job | None:
        """That job while it waits or runs."""
        return self.job if self.job and not self.job.is_finished else None

    @property
    def state(self) -> str:
        """``too_few`` versions, ``judging``, ``ready``, ``no_labels`` held-out, or ``unjudged``."""
        if self.old is None or self.new is None:
            return "too_few"
        if self.comparison is not None:
            return "ready"
        if self.under_way is not None:
            return "judging"
        return "unjudged" if self.newest is not None else "no_labels"


def choose(pool: Pool, task: Task, old: str | None = None, new: str | None = None) -> Chosen:
    """Take the versions of those numbers; by default the newest, against the one in use or the one before.

    An unknown number counts as none.
    """
    rows = ModelVersion.objects.of(pool, task.name).select_related("pool", "round").order_by("-number")
    versions, used = tuple(rows), version_in_use(pool, task.name)
    second = _numbered(versions, new) or next((one for one in versions if str(one.number) != old), None)
    first = _numbered(versions, old)
    if first is None or first == second:
        first = _against(versions, second, used)
    return Chosen(pool, task, versions, first if second else None, second if first else None, used)


def _numbered(versions: tuple[ModelVersion, ...], number: str | None) -> ModelVersion | None:
    return next((one for one in versions if str(one.number) == number), None)


def _against(
    versions: tuple[ModelVersion, ...], new: ModelVersion | None, used: ModelVersion | None
) -> ModelVersion | None:
    """The version in use, else the newest before, else any other."""
    if new is None or (used is not None and used != new):
        return used
    others = [one for one in versions if one != new]
    return next((one for one in others if one.number < new.number), others[0] if others else None)
