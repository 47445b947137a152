"""One tiny production for all tests of what `produce` writes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from datasets.procedural import Production, produce
from modeling.manifests import ManifestRow, read_manifest

SIZE = (192, 108)


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Production:
    """A show with a cut of every kind, half a second each."""
    return produce(
        tmp_path_factory.mktemp("made") / "out", shows=1, cuts=13, seconds=0.5, size=SIZE, processes=1
    )


@pytest.fixture(scope="session")
def rows(production: Production) -> tuple[ManifestRow, ...]:
    """Its manifest, read by the platform's own reader."""
    return read_manifest(production.manifest).rows


@pytest.fixture(scope="session")
def read_map(production: Production) -> Callable[[ManifestRow, str], NDArray[np.generic]]:
    """Read one of a row's maps: cel, douga, depth or frames, as stored."""

    def read(row: ManifestRow, kind: str) -> NDArray[np.generic]:
        with Image.open(production.out / row.frame.replace("frames", kind, 1)) as image:
            return np.asarray(image)

    return read
