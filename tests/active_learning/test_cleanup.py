"""What models of old rounds said goes; what anybody may still ask stays."""

from __future__ import annotations

import os
import time
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from active_learning.models import ModelVersion, Round, Selection
from core import cleanup
from core.paths import data_path
from datasets.features import feature_files, feature_write
from tests.annotation.house import House

NAMES = ("embedding", "class_share", "score-margin", "map-{pool}-pca-embedding")


def age(path: Path, days: float = 2) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


@pytest.fixture
def rounds(house: House) -> list[Round]:
    """Five of one pool that are done, each with a version, and a sixth that is training; all have features, as has
    the pool without a model."""
    made = []
    for number in range(1, 7):
        state = "training" if number == 6 else "closed"
        row = Round.objects.create(
            pool=house.pool, task="cel", number=number, state=state, scored_count=number < 6
        )
        if number < 6:
            ModelVersion.objects.create(pool=house.pool, task="cel", number=number, round=row, network="tiny")
        for name in NAMES:
            feature_write(name.format(pool=house.pool.pk), row.pk, [1], np.ones((1, 2), np.float16))
        made.append(row)
    feature_write("colors", 1, [1], np.ones((1, 2), np.float16))
    feature_write(f"map-{house.pool.pk}-pca-edges", 1, [1], np.ones((1, 2), np.float32))
    for path in data_path("features").glob("*.npy"):
        age(path)
    return made


def clean() -> None:
    for leftover in cleanup.leftovers():
        cleanup.remove(leftover)


def left() -> set[int]:
    """Rounds whose features are there, each with all of them or none."""
    found = [(name, version) for name, version, _ in feature_files() if name not in ("colors", "edges")]
    versions = {version for name, version in found if not name.endswith("pca-edges")}
    for version in versions:
        assert sum(v == version and not name.endswith("pca-edges") for name, v in found) == len(NAMES)
    return versions


def test_the_two_newest_the_promoted_the_asked_and_the_running_stay(
    house: House, rounds: list[Round]
) -> None:
    ModelVersion.objects.filter(number=2).update(promoted_at=timezone.now())
    asked = Selection.objects.create(
        pool=house.pool, task="cel", strategy="margin", budget=1, scores_from=rounds[2]
    )
    clean()
    assert left() == {rounds[at].pk for at in (1, 2, 3, 4, 5)}
    asked.state = "discarded"
    asked.save()
    clean()
    assert left() == {rounds[at].pk for at in (1, 3, 4, 5)}
    names = {name for name, _, _ in feature_files()}
    assert {"edges", "colors", f"map-{house.pool.pk}-pca-edges"} <= names
    assert not list(data_path("features").glob(f"embedding-v{rounds[0].pk}.*"))


def test_what_was_written_today_stays(rounds: list[Round]) -> None:
    fresh = data_path("features", f"embedding-v{rounds[0].pk}.npy")
    age(fresh, 0)
    clean()
    assert fresh.is_file()


def test_maps_of_no_pool_and_vectors_of_killed_jobs_go(house: House) -> None:
    feature_write(f"map-{house.pool.pk + 1}-pca-edges", 1, [1], np.ones((1, 2), np.float32))
    folders = [data_path("features", f".embedding-1-{name}") for name in ("old", "new")]
    for folder in folders:
        folder.mkdir()
    age(folders[0], 8)
    clean()
    assert [folder.exists() for folder in folders] == [False, True]
    assert {name for name, _, _ in feature_files()} == {"edges"}
