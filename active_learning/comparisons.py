"""Two model versions of a pool and task on the same held-out frames, read from what they were judged on.

Each run keeps its judgements (`modeling.judgements`), one a snapshot. Two versions are compared on the newest snapshot
that both have judged, else on what their newest ones share; either way frame by frame, where the label is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from active_learning.models import ModelVersion
from datasets.models import Pool, Snapshot
from datasets.services.snapshots import snapshot_folder
from modeling.comparing import FEW_CUTS, Compared, Difference, compare, frame_figures, wrong_shares
from modeling.headline import title_of
from modeling.judgements import Joined, Judgement, join
from modeling.labels import KINDS, LabelKind
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot as SnapshotFolder
from modeling.tasks import TASKS, Task

REASONS = {
    "only_old": "not judged by version {new} yet",
    "only_new": "not judged by version {old} yet",
    "label_changed": "judged against labels that differ",
    "trained_on": "seen in training by one of the two",
}
"""Why a frame is left out, for people."""


@dataclass(frozen=True, slots=True)
class FrameChange:
    """One frame: its headline metric by both, 0 to 1, and the shares of its pixels that either has wrong."""

    key: str
    cut: str
    production: str
    old: float
    new: float
    old_wrong: float
    new_wrong: float

    @property
    def change(self) -> float:
        """New less old."""
        return self.new - self.old

    @property
    def more_wrong(self) -> float:
        """Share of the frame's pixels that are wrong by the new one on top of the old one's."""
        return self.new_wrong - self.old_wrong


@dataclass(frozen=True, slots=True)
class Result:
    """What comes of two judgements: pooled differences, and each frame's, the worst change first.

    ``compared`` is None where no frame is left.
    """

    compared: Compared | None
    frames: tuple[FrameChange, ...]
    left_out: dict[str, int]

    @property
    def worse(self) -> tuple[FrameChange, ...]:
        """Frames that got worse, the worst first."""
        return tuple(frame for frame in self.frames if frame.change < 0)

    @property
    def better(self) -> tuple[FrameChange, ...]:
        """Frames that got better, the best first."""
        return tuple(frame for frame in reversed(self.frames) if frame.change > 0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions, the snapshots they were judged on (mostly one), and what came of it."""

    old: ModelVersion
    new: ModelVersion
    old_on: str
    new_on: str
    result: Result

    @property
    def task(self) -> Task:
        """Of both."""
        return TASKS.get(self.new.task)

    @property
    def kind(self) -> LabelKind:
        """The label kind that both predict."""
        return KINDS[self.task.kind]

    @property
    def left_out(self) -> list[tuple[int, str]]:
        """How many frames are left out, and why, in words."""
        numbers = {"old": self.old.number, "new": self.new.number}
        return [(count, REASONS[name].format(**numbers)) for name, count in self.result.left_out.items()]

    @property
    def headline(self) -> Difference | None:
        """Difference of the metric that judges the task."""
        return self.result.compared.headline if self.result.compared else None

    @property
    def title(self) -> str:
        """That metric's name for people."""
        return title_of(self.task.headline)

    @property
    def caution(self) -> str:
        """What to keep in mind about the intervals; empty where there are cuts enough."""
        compared = self.result.compared
        cuts = compared.cuts if compared else FEW_CUTS
        if cuts >= FEW_CUTS:
            return ""
        if compared is not None and compared.headline.interval is None:
            return f"{_cuts(cuts)} held-out: fewer than three give no interval, so nothing says how far chance went."
        return f"{_cuts(cuts)} held-out: from so few, an interval comes out narrower than it should."

    @property
    def doubt(self) -> str:
        """Why the new one may be worse, in a sentence; empty where the interval excludes a loss."""
        headline = self.headline
        if headline is None or headline.value is None:
            return "No held-out frame is left to compare them on."
        if not headline.may_lose:
            return ""
        versions = f"version {self.new.number} is {signed(headline.value)} against version {self.old.number}"
        change = f"The {self.title} of {versions}"
        interval = headline.interval
        if interval is None:
            return f"{change}, on too few cuts for an interval."
        return f"{change}, and the 95 % interval, {signed(interval.low)} to {signed(interval.high)}, includes a loss."

    @property
    def figures(self) -> dict[str, object]:
        """The difference as an audit row keeps it."""
        headline, compared = self.headline, self.result.compared
        interval = headline.interval if headline else None
        return {
            "against": self.old.number,
            "metric": self.task.headline,
            "difference": headline.value if headline else None,
            "interval": [interval.low, interval.high] if interval else None,
            "frames": compared.frames if compared else 0,
            "cuts": compared.cuts if compared else 0,
        }


def signed(value: float) -> str:
    """``+0.012``, or ``−0.012`` with a true minus."""
    return f"{value:+.3f}".replace("-", "\u2212")


def _cuts(count: int) -> str:
    return "One cut is" if count == 1 else f"Only {count} cuts are"


def run_of_version(version: ModelVersion) -> RunFolder:
    """The version's run folder."""
    return RunFolder(Path(settings.SAKKAN_DATA) / version.run_folder)


def judgement_of(version: ModelVersion, snapshot_id: str) -> Judgement:
    """The version's judgement of a snapshot, which need not exist yet."""
    return Judgement.of(run_of_version(version), snapshot_id)


def newest_judge(pool: Pool, task: Task) -> Snapshot | None:
    """The pool's newest snapshot with held-out labels of the task's kind."""
    for snapshot in Snapshot.objects.filter(pool=pool).order_by("-created_at"):
        if snapshot.counts.get("labels", {}).get(task.kind, {}).get("test"):
            return snapshot
    return None


def comparison_of(old: ModelVersion, new: ModelVersion) -> Comparison | None:
    """Compare two versions of one pool and task; None where one of them was never judged.

    Raises:
        UserError: ``judgement_damaged``.
    """
    ids = list(Snapshot.objects.filter(pool=new.pool).order_by("-created_at").values_list("pk", flat=True))
    by_old = [pk for pk in ids if judgement_of(old, pk).done]
    by_new = [pk for pk in ids if judgement_of(new, pk).done]
    if not by_old or not by_new:
        return None
    shared = next((pk for pk in by_old if pk in by_new), None)
    old_on, new_on = (shared, shared) if shared else (by_old[0], by_new[0])
    trained = {version.round.snapshot_id for version in (old, new)} - {None}
    result = _result(
        judgement_of(old, old_on).path,
        judgement_of(new, new_on).path,
        new.task,
        tuple(sorted(snapshot_folder(one) for one in Snapshot.objects.filter(pk__in=trained))),
    )
    return Comparison(old, new, old_on, new_on, result)


@lru_cache(maxsize=8)
def _result(old: Path, new: Path, task: str, trained_on: tuple[Path, ...]) -> Result:
    """Neither judgements nor snapshots ever change, so a page of a list costs no bootstrap."""
    spec = TASKS.get(task)
    trained = _pictures(trained_on, spec.kind)
    joined = join(Judgement(old).frames(), Judgement(new).frames(), trained)
    if not joined.frames:
        return Result(None, (), joined.left_out)
    pairs = joined.pairs()
    changes = _changes(joined, spec.headline)
    return Result(compare(pairs, spec.classes, spec.headline), changes, joined.left_out)


def _pictures(folders: Iterable[Path], kind: str) -> set[str]:
    """SHA-256 of the labelled training frames of some snapshots."""
    return {row.sha256 for folder in folders for row in SnapshotFolder.open(folder).frames("train", kind)}


def _changes(joined: Joined, headline: str) -> tuple[FrameChange, ...]:
    """The worst change first, of alike ones that with the most pixels gone wrong; none of frames without a figure."""
    pairs = joined.pairs()
    figures = [
        (frame_figures(counts, headline), wrong_shares(counts, headline)) for counts in (pairs.old, pairs.new)
    ]
    (old, old_wrong), (new, new_wrong) = figures
    rows = [
        FrameChange(frame.key, frame.cut, frame.production, *values)
        for (frame, _), *values in zip(
            joined.frames, *(_listed(each) for each in (old, new, old_wrong, new_wrong)), strict=True
        )
    ]
    known = [row for row in rows if not (np.isnan(row.old) or np.isnan(row.new))]
    return tuple(sorted(known, key=lambda row: (row.change, -row.more_wrong, row.key)))


def _listed(values: NDArray[np.float64]) -> list[float]:
    return [float(value) for value in values]
