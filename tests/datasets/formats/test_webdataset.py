"""The tar files, taken apart as WebDataset does: the key ends at the first dot of the name."""

from __future__ import annotations

import io
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from datasets.formats import Terms
from datasets.formats.webdataset import sample_key
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import FREE, cel_map, export, picture

KEY_AND_REST = re.compile(r"^((?:.*/|)[^.]+)[.]([^/]*)$")
"""As in ``webdataset.tariterators.base_plus_ext``."""


def samples_of(path: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    with tarfile.open(path) as tar:
        for member in tar:
            matched = KEY_AND_REST.match(member.name)
            stream = tar.extractfile(member)
            assert matched
            assert stream
            assert (member.mtime, member.uid, member.gid, member.uname) == (0, 0, 0, "")
            found.setdefault(matched[1], {})[matched[2]] = stream.read()
    return found


def test_pictures_and_facts_come_back(snapshot: Snapshot, out: Path) -> None:
    report = export(snapshot, "webdataset", out)
    assert report["shards_by_split"] == {"train": 1, "test": 1}
    samples = samples_of(out / "shards" / "train-000000.tar")
    assert list(samples) == ["clip/000000", "clip/000003", "図/f3", "図/f4"]
    for number, (key, sample) in enumerate(samples.items(), 1):
        assert list(sample) == ["png", "json", "label.png"]
        np.testing.assert_array_equal(Image.open(io.BytesIO(sample["png"])), picture(number))
        np.testing.assert_array_equal(Image.open(io.BytesIO(sample["label.png"])), cel_map(number))
        assert json.loads(sample["json"])["key"] == key
    facts = json.loads(samples["clip/000000"]["json"])
    assert (facts["licence"], facts["origin"], facts["strategy"]) == (FREE, "person", "kmeans")
    assert json.loads((out / "palette.json").read_text("utf-8"))["classes"][1]["name"] == "cel"


def test_large_splits_are_cut(snapshot: Snapshot, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.formats.shards.MEGABYTE", 1000)
    export(snapshot, "webdataset", out, shard_mb=1)
    assert [list(samples_of(path)) for path in sorted((out / "shards").glob("train-*"))] == [
        ["clip/000000"],
        ["clip/000003"],
        ["図/f3"],
        ["図/f4"],
    ]


def test_labels_alone(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "webdataset", out, terms=Terms(labels_only=True))
    samples = samples_of(out / "shards" / "train-000000.tar")
    assert {name for sample in samples.values() for name in sample} == {"json", "label.png"}
    hashes = {row.key: row.sha256 for row in snapshot.frames()}
    assert json.loads(samples["図/f4"]["json"])["sha256"] == hashes["図/f4"]


@given(st.lists(st.text("ab./%2E é", min_size=1), unique=True))
def test_keys_have_no_dot_and_stay_apart(keys: list[str]) -> None:
    safe = [sample_key(key) for key in keys]
    assert not any("." in key for key in safe)
    assert len(set(safe)) == len(keys)
