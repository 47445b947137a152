"""The Parquet files, read by Parquet's library; by Hugging Face's in `tests/strangers`: our `datasets` hides it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from PIL import Image

from datasets.formats import Terms
from datasets.formats.facts import FACTS
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import FREE, SHARED, douga_map, export, picture

TRAIN = "data/train-00000-of-00001.parquet"


def rows_of(path: Path) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in pq.read_table(path).to_pylist()}


def test_pictures_and_facts_come_back(snapshot: Snapshot, out: Path) -> None:
    report = export(snapshot, "huggingface", out, kind="douga")
    assert report["frames_by_split"] == {"train": 4, "test": 1}
    assert report["left_out_unlabelled"] == 1
    rows = rows_of(out / TRAIN)
    assert list(rows) == ["clip/000000", "clip/000003", "図/f3", "図/f4"]
    for number, row in enumerate(rows.values(), 1):
        np.testing.assert_array_equal(Image.open(io.BytesIO(row["image"]["bytes"])), picture(number))
        np.testing.assert_array_equal(Image.open(io.BytesIO(row["label"]["bytes"])), douga_map(number))
    clip, shared, nobodys = rows["clip/000003"], rows["図/f3"], rows["図/f4"]
    assert [clip[name] for name in ("hold_first", "hold_last", "time_s")] == [3, 5, 0.125]
    assert [clip[name] for name in ("licence", "rights", "origin")] == [FREE, "A. Nobody", "oracle"]
    assert [shared[name] for name in ("licence", "rights", "origin")] == [SHARED, "", "draft unchanged"]
    assert [shared[name] for name in ("strategy", "round", "inclusion_probability", "control_arm")] == [
        "kmeans",
        1,
        0.25,
        True,
    ]
    assert (nobodys["licence"], nobodys["strategy"]) == ("", None)


def test_the_schema_says_that_two_columns_are_pictures(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "huggingface", out)
    schema = pq.read_schema(out / TRAIN)
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    assert list(features) == schema.names == ["image", "label", *FACTS]
    assert [name for name, one in features.items() if one["_type"] == "Image"] == ["image", "label"]


def test_the_card_begins_with_what_the_hub_reads(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "huggingface", out, terms=Terms(labels_only=True))
    _, head, text = (out / "README.md").read_text("utf-8").split("---\n", 2)
    card = yaml.safe_load(head)
    assert card["license"] == ["cc-by-4.0", "cc0-1.0", "unknown"]
    files = {one["split"]: one["path"] for one in card["configs"][0]["data_files"]}
    assert {split: len(list(out.glob(path))) for split, path in files.items()} == {"train": 1, "test": 1}
    assert [one["name"] for one in card["dataset_info"]["features"]] == ["label", *FACTS]
    assert [(one["name"], one["num_examples"]) for one in card["dataset_info"]["splits"]] == [
        ("train", 4),
        ("test", 1),
    ]
    assert text.lstrip().startswith("# ")


def test_large_splits_are_cut_into_files_and_groups(
    snapshot: Snapshot, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each picture of noise is over 700 bytes, so that no two fit."""
    monkeypatch.setattr("datasets.formats.shards.MEGABYTE", 1000)
    report = export(snapshot, "huggingface", out, shard_mb=1)
    assert report["shards_by_split"] == {"train": 4, "test": 1}
    files = sorted(path.name for path in (out / "data").glob("train-*"))
    assert files == [f"train-{number:05d}-of-00004.parquet" for number in range(4)]
    assert [list(rows_of(out / "data" / name)) for name in files[:2]] == [["clip/000000"], ["clip/000003"]]


def test_row_groups_are_small(snapshot: Snapshot, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets.formats.huggingface.GROUP_ROWS", 3)
    export(snapshot, "huggingface", out)
    meta = pq.ParquetFile(out / TRAIN).metadata
    assert [meta.row_group(index).num_rows for index in range(meta.num_row_groups)] == [3, 1]


def test_pictures_of_a_hold_are_rows(snapshot: Snapshot, out: Path) -> None:
    export(snapshot, "huggingface", out, terms=Terms(licences=(FREE,), expand_holds=True))
    rows = rows_of(out / TRAIN)
    assert list(rows) == [f"clip/{number:06d}" for number in range(6)]
    assert rows["clip/000001"]["image"]["bytes"] == rows["clip/000000"]["image"]["bytes"]
    assert rows["clip/000001"]["image"]["path"] == "clip/000001.png"
