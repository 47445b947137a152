"""The snapshot that every format writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import deep, shown


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Six frames, see `shown`."""
    return shown(tmp_path_factory.mktemp("shown"))


@pytest.fixture(scope="session")
def depth(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A frame with numbers instead of classes, see `deep`."""
    return deep(tmp_path_factory.mktemp("deep"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where to write."""
    return tmp_path / "out"
