"""Two versions of a depth model on the same held-out frames: figures, pages and pictures."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from active_learning.comparisons import comparison_of, judgement_of
from active_learning.models import ModelVersion, Round, RoundState
from active_learning.pictures import PICTURES, verdict_shares
from active_learning.services.freezing import labels_freeze
from annotation.services.labels_import import labels_import
from core.paths import data_path
from datasets.models import Cut, Snapshot
from modeling.depth.metrics import depth_counts
from modeling.judgements import JudgedFrame
from modeling.labelio import write_label
from modeling.labels import get_kind, levels_of
from modeling.snapshots import Snapshot as Folder
from tests.active_learning.world import make_world
from tests.annotation.house import HEIGHT, WIDTH, House

DEPTH = get_kind("depth")
TRUTH = 0.5


@pytest.fixture
def shots(db: None, tmp_path: Path) -> House:
    """Forty frames in ten cuts, the last four held-out; the first frame of each cut has a depth of a half."""
    house = make_world()
    Cut.objects.filter(production=house.production, index__gte=6).update(split="test")
    for frame in house.frames[::4]:
        path = tmp_path / f"{frame.key}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), levels_of(np.full((HEIGHT, WIDTH), TRUTH)))
    labels_import(pool=house.pool, kind="depth", source=tmp_path, user=house.reviewer)
    return house


def version(house: House, number: int, snapshot: Snapshot, wrong: list[int]) -> ModelVersion:
    """A version that guesses so many columns of each held-out frame far too near, the rest right."""
    round_ = Round.objects.create(
        pool=house.pool, task="depth", number=number, state=RoundState.CLOSED, snapshot=snapshot
    )
    made = ModelVersion.objects.create(
        pool=house.pool,
        task="depth",
        number=number,
        round=round_,
        network="tiny",
        run_folder=f"runs/{number}",
    )
    folder, judgement = Folder.open(data_path("snapshots", snapshot.pk)), judgement_of(made, snapshot.pk)
    lines = []
    for row, columns in zip(folder.frames("test", "depth"), wrong, strict=True):
        guess, file = np.full((HEIGHT, WIDTH), TRUTH), judgement.label_file(row.key)
        guess[:, :columns] = 0.9
        file.parent.mkdir(parents=True, exist_ok=True)
        write_label(file, levels_of(guess), DEPTH)
        counts = depth_counts(folder.truth(row, "depth"), guess).tolist()
        names = {"key": row.key, "cut": row.cut, "production": row.production, "sha256": row.sha256}
        lines.append(JudgedFrame(**names, label_sha256=row.labels["depth"].sha256, counts=counts))
    judgement.publish(lines, {"judged_on": snapshot.pk})
    return made


@pytest.fixture
def two(shots: House) -> tuple[ModelVersion, ModelVersion]:
    """Of four held-out frames of 32 columns the old one has 16 columns wrong in each, the new one 8, 8, 24 and none."""
    snapshot = labels_freeze(pool=shots.pool, kind="depth", user=None)
    return version(shots, 1, snapshot, [16] * 4), version(shots, 2, snapshot, [8, 8, 24, 0])


def test_versions_are_compared_by_the_share_within_1_25(two: tuple[ModelVersion, ModelVersion]) -> None:
    found = comparison_of(*two)
    assert found is not None
    assert found.headline is not None
    assert (found.headline.old, found.headline.new) == (0.5, pytest.approx(1 - 40 / 128))
    assert found.title == "depth within 1.25"
    assert [(row.change, round(row.more_wrong, 3)) for row in found.result.worse] == [(-0.25, 0.25)]
    assert len(found.result.better) == 3


def test_shares_are_of_pixels_within_1_25(two: tuple[ModelVersion, ModelVersion]) -> None:
    found = comparison_of(*two)
    assert found is not None
    [worst] = found.result.worse
    # both right in 8 of 32 columns, only the old one in 8 more, neither in 16
    assert verdict_shares(found, worst.key) == pytest.approx((0.25, 0.25, 0, 0.5))


def test_pages_and_pictures_of_the_comparison_open(
    shots: House, two: tuple[ModelVersion, ModelVersion], client: Client
) -> None:
    client.force_login(shots.lead)
    chosen = {"task": "depth", "old": 1, "new": 2}
    page = client.get(reverse("pool-compare", args=[shots.pool.pk]), chosen).content.decode()
    assert "depth within 1.25" in page
    assert "IoU" not in page
    found = comparison_of(*two)
    assert found is not None
    query = {**chosen, "key": found.result.worse[0].key}
    assert client.get(reverse("pool-compare-frame", args=[shots.pool.pk]), query).status_code == 200
    for show in PICTURES:
        answer = client.get(reverse("pool-compare-picture", args=[shots.pool.pk]), {**query, "show": show})
        with Image.open(io.BytesIO(answer.content)) as image:
            assert image.width / image.height == pytest.approx(WIDTH / HEIGHT, rel=0.05), show
    assert client.get(reverse("model-version-promote", args=[two[1].pk])).status_code == 200
