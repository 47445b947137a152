"""What this app leaves behind: checkpoints that nothing resumes from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from core.cleanup import Leftover, is_old, provider
from core.paths import data_path
from modeling.runs import FINAL, RunFolder


@provider
def surplus_checkpoints() -> Iterator[Leftover]:
    """Yield what a finished run keeps beside its weights; one that can be retried keeps everything."""
    for folder in data_path("runs").glob("*"):
        run = RunFolder(folder)
        if not (run.done and run.weights.is_file()):
            continue
        for path in run.checkpoints.glob("*"):
            if path.name != FINAL and is_old(path):
                yield Leftover("surplus checkpoint", path, still=partial(is_old, path))
