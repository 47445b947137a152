"""A pool as arrays for a strategy: rows from the database and features from their files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from active_learning.models import FrameScore, Round
from active_learning.strategies import PoolView, Strategy
from annotation.selectors import labelled_frame_ids, live_assignment_frame_ids, skipped_frame_ids
from datasets.features import feature_read, get_feature
from datasets.models import Frame, Pool
from modeling.errors import UserError
from modeling.tasks import Task


@dataclass(frozen=True, slots=True)
class Candidates:
    """A view of the pool and the round its scores are from (None where the strategy needs none)."""

    view: PoolView
    scores_from: Round | None


def candidates_of(*, pool: Pool, task: Task, strategy: Strategy) -> Candidates:
    """Supply what the strategy requires of the pool's training frames.

    Raises:
        UserError: ``no_scores`` or ``feature_missing``, naming the remedy.
    """
    scored = _scored_round(pool, task, strategy) if strategy.needs().scores else None
    ids, cuts, productions = _train_rows(pool)
    view = PoolView(
        frame_ids=ids,
        cuts=cuts,
        productions=productions,
        labelled=np.isin(ids, _array(taken_frame_ids(pool, task.kind))),
        features={name: _feature(name, ids) for name in strategy.needs().features},
        scores={name: _scores(scored, ids) for name in strategy.needs().scores if scored is not None},
    )
    return Candidates(view, scored)


def taken_frame_ids(pool: Pool, kind: str) -> set[int]:
    """Frames of the pool with an accepted label, in a queue, or skipped as not worth drawing."""
    return (
        labelled_frame_ids(pool, kind) | live_assignment_frame_ids(pool, kind) | skipped_frame_ids(pool, kind)
    )


def _train_rows(pool: Pool) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    rows = Frame.objects.in_pool(pool).trainable().order_by("pk").values_list("pk", "cut_id", "production_id")
    table = np.array(list(rows), np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _array(ids: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(ids, np.int64)


def _feature(name: str, ids: NDArray[np.int64]) -> NDArray[np.generic]:
    feature = get_feature(name)
    if not len(ids):
        return np.empty((0, feature.size), feature.dtype)
    return feature_read(name, feature.version, ids.tolist())


def _scored_round(pool: Pool, task: Task, strategy: Strategy) -> Round:
    scored = Round.objects.of(pool, task.name).scored().first()
    if scored is None:
        raise UserError(
            f"{strategy.name} needs a model's scores, and no round of {pool.name} has finished yet.",
            code="no_scores",
            remedy="Pick with kmeans first, then finish a round.",
        )
    return scored


def _scores(scored: Round, ids: NDArray[np.int64]) -> NDArray[np.float64]:
    """(N,) entropies in nats, NaN where the round scored no such frame."""
    found = dict(FrameScore.objects.filter(round=scored).values_list("frame_id", "entropy"))
    return np.array([found.get(frame_id, np.nan) for frame_id in ids.tolist()], np.float64)
