"""WebDataset: tar files of a split, in which a sample is the frame, its label file and what is known of both.

A reader takes what stands before the first dot of a file's name for the sample's key: dots in keys become ``%2E``.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator

from datasets.formats.base import Note
from datasets.formats.content import Content
from datasets.formats.facts import facts_of
from datasets.formats.frames import frame_bytes
from datasets.formats.output import Output
from datasets.formats.shards import Shard, Sharded, ShardParams
from modeling.snapshots import FrameRow

LOADER = """\
import glob, io, json
import numpy as np
import webdataset as wds
from PIL import Image

shards = sorted(glob.glob("shards/train-*.tar"))
sample = next(iter(wds.WebDataset(shards, shardshuffle=False)))
others = {"__key__", "__url__", "__local_path__", "json", "label.png"}
frame = next((data for name, data in sample.items() if name not in others), None)  # png, jpg, …; none in labels alone
label = np.asarray(Image.open(io.BytesIO(sample["label.png"])))  # stored values, see palette.json; 255 is ignore
print(json.loads(sample["json"])["key"], frame and Image.open(io.BytesIO(frame)).size, np.unique(label))
"""


def webdataset(params: ShardParams) -> Sharded:
    """Build the layout: a tar file a shard."""
    return Sharded(params, _shard)


def sample_key(key: str) -> str:
    """A frame's key without dots; another for each key."""
    return key.replace("%", "%25").replace(".", "%2E")


def _shard(content: Content, shard: Shard, output: Output) -> Note:
    with (
        output.stream(f"shards/{shard.split}-{shard.number:06d}.tar") as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for row in shard.rows:
            for name, data in _members(content, row):
                member = tarfile.TarInfo(name)  # mode 0644, of nobody, in 1970
                member.size = len(data)
                tar.addfile(member, io.BytesIO(data))
    return {"split": shard.split, "frames": len(shard.rows)}


def _members(content: Content, row: FrameRow) -> Iterator[tuple[str, bytes]]:
    key, snapshot = sample_key(row.key), content.snapshot
    if not content.terms.labels_only:
        suffix, data = frame_bytes(content, row)
        yield key + suffix, data
    yield f"{key}.json", json.dumps(facts_of(content, row), ensure_ascii=False).encode()
    yield f"{key}.label.png", snapshot.path(row.labels[content.kind.name].file).read_bytes()
