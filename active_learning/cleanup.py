"""What runs leave over: checkpoints behind the final weights, and folders that no round names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from active_learning.models import ModelVersion, Round
from core.cleanup import Leftover, is_old, provider
from core.paths import data_path
from modeling.runs import RunFolder


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


def _run_folders() -> list[Path]:
    root = data_path("runs")
    return sorted(path for path in root.iterdir() if path.is_dir()) if root.is_dir() else []


def _named(folder: Path) -> bool:
    name = f"runs/{folder.name}"
    return (
        Round.objects.filter(run_folder=name).exists()
        or ModelVersion.objects.filter(run_folder=name).exists()
    )
