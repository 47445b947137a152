"""A simulated pool as a strategy sees it: only what it asks for is computed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from active_learning.simulation.pool import Pool
from active_learning.strategies.base import Needs, PoolView
from datasets.features import FEATURES
from modeling.inference.listed import Listed
from modeling.inference.predictor import Predictor
from modeling.inference.scoring import score_frames
from modeling.scorers import SCORERS
from modeling.training.signals import StopFlag

CLASS_SCORERS = {"class_scores": "class_entropy", "class_shares": "class_share"}
"""Scorers that fill the class arrays of a view."""


def scorers_for(needs: Needs) -> list[str]:
    """Names of the scorers that a view for these needs takes; none where no model is needed."""
    features = [name for name in needs.features if name not in FEATURES]
    classes = [CLASS_SCORERS[name] for name in needs.classes if name in CLASS_SCORERS]
    return list(dict.fromkeys([*features, *needs.scores, *classes]))


def members_wanted(needs: Needs) -> bool:
    """Whether the model of the last round alone cannot give what is needed."""
    return any(SCORERS.get(name).needs_runs for name in scorers_for(needs))


def settings_for(scorers: Sequence[str], members: Sequence[Path]) -> dict[str, dict[str, Any]]:
    """Raw parameters of the scorers that ask for further runs."""
    return {name: {"runs": [str(run) for run in members]} for name in scorers if SCORERS.get(name).needs_runs}


def view_of(
    pool: Pool,
    labelled: Collection[str],
    needs: Needs,
    features: Path,
    found: Mapping[str, NDArray[Any]],
    quality: NDArray[np.float64] | None,
) -> PoolView:
    """The view that a strategy with these needs picks from.

    Args:
        pool: Its frames are numbered by row.
        labelled: Keys of frames that have a label.
        needs: What the strategy requires.
        features: Folder of features that need no model.
        found: What scorers gave, by name: (N,) numbers or (N, D) vectors.
        quality: (C,) IoU of each class in the last round.
    """
    own = {name: pool.feature(name, features) for name in needs.features if name in FEATURES}

    def of_classes(name: str) -> NDArray[Any] | None:
        return found[CLASS_SCORERS[name]] if name in needs.classes else None

    return PoolView(
        frame_ids=np.arange(len(pool), dtype=np.int64),
        cuts=pool.cuts,
        productions=pool.productions,
        labelled=np.array([row.key in labelled for row in pool.rows]),
        features={**own, **{name: found[name] for name in needs.features if name in found}},
        scores={name: found[name] for name in needs.scores},
        class_scores=of_classes("class_scores"),
        class_shares=of_classes("class_shares"),
        class_quality=quality if "class_quality" in needs.classes else None,
    )


def score_pool(
    pool: Pool, predictor: Predictor, scorers: Sequence[str], members: Sequence[Path], stop: StopFlag
) -> dict[str, NDArray[Any]]:
    """(N,) numbers and (N, D) vectors of every frame of the pool, by scorer; NaN for a frame that cannot be read.

    Raises:
        UserError: A scorer that cannot ask this run.
        Stopped: Asked to stop.
    """
    if not scorers:
        return {}
    rows = list(_scored(pool, predictor, scorers, members, stop))
    return {name: _stacked([row and row[name] for row in rows]) for name in scorers}


def _scored(
    pool: Pool, predictor: Predictor, scorers: Sequence[str], members: Sequence[Path], stop: StopFlag
) -> Iterator[Any]:
    files = (Listed(number, pool.snapshot.path(row.file)) for number, row in enumerate(pool.rows))
    for _, scores in score_frames(predictor, files, scorers, settings_for(scorers, members)):
        stop.check()
        yield scores


def _stacked(values: list[Any]) -> NDArray[Any]:
    """Rows of one scorer; None becomes NaN."""
    known = next((value for value in values if value is not None), float("nan"))
    empty = np.full(np.shape(known), np.nan, np.float32)
    return np.stack([empty if value is None else np.asarray(value, np.float64) for value in values])
