"""Frames that their EXIF turns are handed out the way they were labelled, in files that hold many, too."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from PIL import Image

from modeling.labelio import write_label
from modeling.labels import get_kind
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from tests.datasets.formats.shown import FREE, export


@pytest.fixture
def turned(tmp_path: Path) -> Snapshot:
    """A frame of 8 by 16 pixels that is stored as 16 by 8, red above, and its label."""
    pixels = np.zeros((8, 16, 3), np.uint8)
    pixels[:, :8, 0] = 255
    image = Image.fromarray(pixels)
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "turned.jpg", quality=100, exif=exif)
    write_label(tmp_path / "label.png", np.zeros((16, 8), np.uint8), get_kind("cel"))
    labels = {"cel": LabelSource(tmp_path / "label.png", "person")}
    source = SnapshotSource("a/b", tmp_path / "turned.jpg", licence=FREE, labels=labels)
    return write_snapshot(tmp_path / "snapshots", [source])


def in_parquet(out: Path) -> bytes:
    [row] = pq.read_table(next((out / "data").iterdir())).to_pylist()
    assert row["image"]["path"] == "a/b.png"
    return bytes(row["image"]["bytes"])


def in_tar(out: Path) -> bytes:
    with tarfile.open(next((out / "shards").iterdir())) as tar:
        stream = tar.extractfile("a/b.png")
        assert stream
        return stream.read()


def in_task(out: Path) -> bytes:
    [task] = json.loads((out / "tasks" / "train-00000.json").read_text("utf-8"))
    return (out / task["data"]["image"].removeprefix("/data/local-files/?d=")).read_bytes()


@pytest.mark.parametrize(
    ("name", "frame"), [("huggingface", in_parquet), ("webdataset", in_tar), ("labelstudio", in_task)]
)
def test_the_frame_has_its_labels_size(
    name: str, frame: Callable[[Path], bytes], turned: Snapshot, out: Path
) -> None:
    export(turned, name, out)
    with Image.open(io.BytesIO(frame(out))) as image:
        assert (image.size, len(image.getexif())) == ((8, 16), 0)
        red = np.asarray(image)[..., 0]
    assert red[:7].min() > 200
    assert red[9:].max() < 50
