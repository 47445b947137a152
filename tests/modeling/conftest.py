"""Fixtures of the torch side."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from tests.modeling.toys import tiny_config, toy_snapshot

TrainTiny = Callable[..., RunFolder]


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Six frames to train on, three held out."""
    return toy_snapshot(tmp_path_factory.mktemp("toys"))


@pytest.fixture(scope="session")
def train_tiny(tmp_path_factory: pytest.TempPathFactory, snapshot: Snapshot) -> TrainTiny:
    """Train ``tiny`` on one thread; ``on`` another snapshot, into ``folder`` to resume."""
    import torch

    from modeling.training.run import train

    def run(
        *, on: Snapshot = snapshot, folder: Path | None = None, stop=None, on_event=None, **config
    ) -> RunFolder:
        run = RunFolder(folder or tmp_path_factory.mktemp("run") / "run")
        more = {} if on_event is None else {"on_event": on_event}
        train(tiny_config(on, **config), on, run, device=torch.device("cpu"), threads=1, stop=stop, **more)
        return run

    return run


@pytest.fixture(scope="session")
def tiny_run(train_tiny: TrainTiny) -> RunFolder:
    """A finished run that has learned to see the discs."""
    return train_tiny(steps=60, settings=["recipe.learning_rate=0.02", "recipe.average=0"])
