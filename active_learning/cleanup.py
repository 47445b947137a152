"""What runs leave over: checkpoints behind the final weights, folders that no round names, numbers of old rounds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from active_learning import order_cleanup  # noqa: F401 (its providers register themselves)
from active_learning.kept_scores import score_files
from active_learning.models import ModelVersion, Round, Selection, SelectionState
from active_learning.services.score_rows import score_feature
from core.cleanup import Leftover, is_old, provider
from core.paths import data_path
from datasets.features import feature_files
from datasets.services.maps import map_named
from modeling.runs import RunFolder
from modeling.scorers import SCORERS

ROUNDS_KEPT = 2
"""Of each pool and task, so many of the newest scored rounds keep what their model said of each frame."""


@provider
def surplus_checkpoints() -> Iterator[Leftover]:
    """Everything in ``checkpoints/`` but the final weights, of runs that are done and free."""
    for folder in _run_folders():
        run = RunFolder(folder)
        for path in run.surplus_checkpoints():
            yield Leftover("surplus checkpoint", path, still=lambda run=run: run.holder() is None)  # type: ignore[misc]


@provider
def stray_runs() -> Iterator[Leftover]:
    """Run folders without a round, and draft folders of killed jobs, a day after their last change."""
    for folder in _run_folders():
        if is_old(folder) and not _named(folder):
            yield Leftover("run without a round", folder, still=lambda folder=folder: not _named(folder))  # type: ignore[misc]


@provider
def old_round_features() -> Iterator[Leftover]:
    """What models of old rounds said of each frame, and maps of it: scores, embeddings, gradients, class shares.

    Kept are those of the two newest scored rounds of a pool and task, of rounds that have not ended, of models that
    draft now or were promoted, and of rounds that a proposed selection was picked by. Entropies are rows and stay.
    """
    kept = _kept_rounds()
    for name, version, (values, marks) in feature_files():
        if not _of_round(name) or version in kept:
            continue
        for path in (marks, values):  # without marks there are no values: no reader finds half of it
            if is_old(path):
                yield Leftover("feature of an old round", path, still=partial(_may_go, version, path))


@provider
def old_score_tables() -> Iterator[Leftover]:
    """Entropies of old rounds as one array each: they can be read from their rows again."""
    kept = _kept_rounds()
    for round_id, path in score_files():
        if round_id not in kept and is_old(path):
            yield Leftover("table of an old round's scores", path, still=partial(_may_go, round_id, path))


def _of_round(name: str) -> bool:
    """Whether a feature is what a round's model said, its version being the round's id."""
    made = map_named(name, 0)
    return (made.feature if made else name) in _ROUND_FEATURES


_ROUND_FEATURES = {
    scorer.name if scorer.outputs == "vector" else score_feature(scorer.name) for scorer in SCORERS
}


def _may_go(round_id: int, path: Path) -> bool:
    return is_old(path) and round_id not in _kept_rounds()


def _kept_rounds() -> set[int]:
    """Ids of the rounds whose features stay."""
    kept = set(Round.objects.exclude(state__in=("closed", "cancelled")).values_list("pk", flat=True))
    kept |= set(ModelVersion.objects.filter(promoted_at__isnull=False).values_list("round_id", flat=True))
    proposed = Selection.objects.filter(state=SelectionState.PROPOSED, scores_from__isnull=False)
    kept |= set(proposed.values_list("scores_from_id", flat=True))
    for pool_id, task in Round.objects.order_by().values_list("pool_id", "task").distinct():
        newest = Round.objects.of(pool_id, task).scored()[:ROUNDS_KEPT]
        kept |= set(newest.values_list("pk", flat=True))
        latest = ModelVersion.objects.of(pool_id, task).order_by("-number")[:1]
        kept |= set(latest.values_list("round_id", flat=True))
    return kept


def _run_folders() -> list[Path]:
    root = data_path("runs")
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def _named(folder: Path) -> bool:
    name = f"runs/{folder.name}"
    return (
        Round.objects.filter(run_folder=name).exists()
        or ModelVersion.objects.filter(run_folder=name).exists()
    )
