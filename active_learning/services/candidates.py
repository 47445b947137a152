"""A pool as arrays for a strategy: rows from the database and features from their files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from active_learning.kept_scores import score_rows
from active_learning.models import Round
from active_learning.services.config import ranked_by
from active_learning.services.offers import CLASS_SCORERS, Offer, offer_of, scorers_for, stored_as
from active_learning.strategies import Needs, PoolView, Strategy, StrategyParams
from annotation.selectors import labelled_frame_ids, live_assignment_frame_ids, skipped_frame_ids
from datasets.features import feature_filled, feature_read
from datasets.models import Frame, Pool
from datasets.selectors import left_out_mask
from modeling.tasks import Task

Ints = NDArray[np.int64]
_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Candidates:
    """A view of the pool and the round its scores are from (None where the strategy needs none)."""

    view: PoolView
    scores_from: Round | None


def candidates_of(
    *, pool: Pool, task: Task, strategy: Strategy, params: StrategyParams | None = None
) -> Candidates:
    """Supply what the strategy requires of the pool's training frames, with these parameters.

    Frames that the last round did not score have NaN in what it says. Queries and memory do not grow beyond the
    arrays: a million frames take eight bytes a frame and column.

    Raises:
        UserError: ``bad_parameter``, ``no_scores``, ``not_scored``, ``no_quality`` or ``feature_missing``, naming the
            remedy.
    """
    offer, needs = offer_of(pool, task), strategy.needs(params)
    if refused := offer.refusal(strategy.name, needs):
        raise refused
    view = _view(offer, needs, _array(taken_frame_ids(pool, task.kind)))
    from_model = bool(scorers_for(needs) or needs.classes)
    return Candidates(view, offer.scored if from_model else None)


def taken_frame_ids(pool: Pool, kind: str) -> set[int]:
    """Frames of the pool with an accepted label, in a queue, or skipped as not worth drawing."""
    return (
        labelled_frame_ids(pool, kind) | live_assignment_frame_ids(pool, kind) | skipped_frame_ids(pool, kind)
    )


def _view(offer: Offer, needs: Needs, taken: Ints) -> PoolView:
    ids, cuts, productions = _offered(offer.pool, taken)

    def of_class(name: str) -> NDArray[Any] | None:
        return _scored(offer, CLASS_SCORERS[name], ids) if name in needs.classes else None

    return PoolView(
        frame_ids=ids,
        cuts=cuts,
        productions=productions,
        labelled=np.isin(ids, taken),
        features={name: _feature(offer, name, ids) for name in needs.features},
        scores={name: _scored(offer, name, ids)[:, 0] for name in needs.scores},
        class_scores=of_class("class_scores"),
        class_shares=of_class("class_shares"),
        class_quality=offer.quality if "class_quality" in needs.classes else None,
        class_names=tuple(name.replace("_", " ") for name in offer.task.classes),
    )


def _offered(pool: Pool, taken: Ints) -> tuple[Ints, Ints, Ints]:
    """Rows of the training frames; of those that the pool leaves out for their quality, only what is taken already."""
    ids, cuts, productions = _train_rows(pool)
    kept = ~left_out_mask(pool, ids) | np.isin(ids, taken)
    return ids[kept], cuts[kept], productions[kept]


def _train_rows(pool: Pool) -> tuple[Ints, Ints, Ints]:
    rows = Frame.objects.in_pool(pool).trainable().order_by("pk")
    numbers = chain.from_iterable(rows.values_list("pk", "cut_id", "production_id").iterator(_CHUNK))
    table = np.fromiter(numbers, np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]


def _array(ids: Iterable[int]) -> Ints:
    return np.fromiter(ids, np.int64)


def _feature(offer: Offer, name: str, ids: Ints) -> NDArray[Any]:
    if name not in offer.own:
        return _scored(offer, name, ids)
    feature = offer.own[name]
    if not len(ids):
        return np.empty((0, feature.size), feature.dtype)
    read = feature_read if feature.at_ingest else feature_filled
    return read(name, feature.version, ids)


def _scored(offer: Offer, scorer: str, ids: Ints) -> NDArray[Any]:
    """(N, D) numbers of a scorer, NaN where the round did not score a frame."""
    assert offer.scored is not None
    if scorer == ranked_by(offer.task.name):
        return entropies_of(offer.scored, ids)
    return feature_filled(stored_as(scorer), offer.scored.pk, ids)


def entropies_of(scored: Round, ids: Ints) -> NDArray[np.float64]:
    """(N, 1) entropies in nats, or what else the task's frames are ranked by; ``ids`` rise."""
    found = score_rows(scored)
    place = np.searchsorted(ids, found["frame"])
    # A frame may have left the pool since.
    known = np.append(ids, -1)[place] == found["frame"]
    values = np.full((len(ids), 1), np.nan)
    values[place[known], 0] = found["entropy"][known]
    return values
