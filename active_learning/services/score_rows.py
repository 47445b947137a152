"""Keep what scoring wrote: entropies as rows that pages sort by, everything else as features of the round.

Scalars are the features ``score-NAME`` (float32), vectors have their own name (float16); the version of both is the
round's number in the database (`datasets.features`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from active_learning.models import FrameScore, Round, Selection
from active_learning.ranks import Reordered, reordered
from active_learning.services.config import ranked_by
from core.jobs import JobContext
from datasets.features import feature_present, feature_write
from datasets.models import Frame
from modeling.inference.score_files import ScoreRows, read_scores
from modeling.tasks import TASKS

_BATCH = 5000
PLAIN, CALIBRATED = "entropy", "calibrated_entropy"
"""Scorers whose rankings are compared: the entropy as it is, and calibrated."""
USUAL = 16
"""Picks compared where nothing has been selected yet."""


def score_feature(name: str) -> str:
    """Name of the feature that keeps a scalar scorer."""
    return f"score-{name}"


@dataclass(frozen=True, slots=True)
class Stored:
    """How many frames are scored, how many are not, and what calibration changes in their order (None: unknown)."""

    scored: int
    unscored: int
    reordered: Reordered | None


def scores_store(*, round_: Round, outs: Iterable[Path], total: int, context: JobContext) -> Stored:
    """Write a round's scores, and tell what they come to.

    Args:
        round_: Whose model scored.
        outs: The scores files.
        total: How many frames without a label were to be scored.
        context: The job.
    """
    ranks = _Ranks()
    for out in outs:
        for rows in batches_store(round_=round_, out=out, context=context):
            ranks.add(rows)
    scored = FrameScore.objects.filter(round=round_).count()
    return Stored(scored, total - scored, ranks.reordered(_last_budget(round_)))


def batches_store(*, round_: Round, out: Path, context: JobContext) -> Iterator[ScoreRows]:
    """Write a scores file in short fenced transactions, batch by batch, and hand on each one's frames that have no
    label; a frame deleted meanwhile is left out.

    Frames with a label get features alone, for strategies that keep away from what is labelled: as rows they would
    count as candidates. Batches that are stored already are passed over, so begun again it goes on where it was.
    """
    for found in read_scores(out, _BATCH):
        there = Frame.objects.filter(pk__in=found.ids)
        rows = _those(found, there)
        unlabelled = _those(rows, there.exclude(accepted_labels__kind=TASKS.get(round_.task).kind))
        if not _is_stored(round_, rows, unlabelled):
            _store(round_, rows, unlabelled, context)
        context.tick()
        yield unlabelled


def _those(rows: ScoreRows, frames: QuerySet[Frame]) -> ScoreRows:
    """The rows of these frames."""
    ids = np.asarray(rows.ids, np.int64)
    kept = np.isin(ids, list(frames.values_list("pk", flat=True)))
    numbers = {name: values[kept] for name, values in rows.numbers.items()}
    vectors = {name: values[kept] for name, values in rows.vectors.items()}
    return ScoreRows(ids[kept].tolist(), numbers, vectors)


def _features(rows: ScoreRows, ranked: str) -> dict[str, NDArray[Any]]:
    """(N, D) values of each feature; the scorer that pages rank by is kept in rows."""
    scalars = {
        score_feature(name): values[:, None].astype(np.float32)
        for name, values in rows.numbers.items()
        if name != ranked
    }
    return {**scalars, **rows.vectors}


def _is_stored(round_: Round, rows: ScoreRows, unlabelled: ScoreRows) -> bool:
    ranked = ranked_by(round_.task)
    entropies = np.isfinite(unlabelled.numbers[ranked]).sum()
    present = all(feature_present(name, round_.pk, rows.ids).all() for name in _features(rows, ranked))
    return (
        present and FrameScore.objects.filter(round=round_, frame_id__in=unlabelled.ids).count() == entropies
    )


def _store(round_: Round, rows: ScoreRows, unlabelled: ScoreRows, context: JobContext) -> None:
    """Features first: the rows say that a batch is whole."""
    ranked = ranked_by(round_.task)
    for name, values in _features(rows, ranked).items():
        feature_write(name, round_.pk, rows.ids, values)
    pairs = zip(unlabelled.ids, unlabelled.numbers[ranked].tolist(), strict=True)
    scores = [FrameScore(round=round_, frame_id=pk, entropy=value) for pk, value in pairs if value == value]
    with context.fenced():
        FrameScore.objects.bulk_create(scores, ignore_conflicts=True, batch_size=500)


@dataclass(slots=True)
class _Ranks:
    """Entropies as they are and calibrated, of all frames: eight bytes each."""

    plain: list[NDArray[np.float32]] = field(default_factory=list)
    calibrated: list[NDArray[np.float32]] = field(default_factory=list)

    def add(self, rows: ScoreRows) -> None:
        if CALIBRATED in rows.numbers:
            self.plain.append(rows.numbers[PLAIN].astype(np.float32))
            self.calibrated.append(rows.numbers[CALIBRATED].astype(np.float32))

    def reordered(self, top: int) -> Reordered | None:
        if not self.plain:
            return None
        return reordered(np.concatenate(self.plain), np.concatenate(self.calibrated), top)


def _last_budget(round_: Round) -> int:
    """Budget of the pool's last selection."""
    last = Selection.objects.of(round_.pool, round_.task).order_by("-pk").first()
    return last.budget if last else USUAL
