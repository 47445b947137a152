"""Hugging Face's layout: Parquet files with the frames and label files in them, which ``load_dataset`` opens.

Columns ``image`` and ``label`` hold the files byte for byte; the schema's metadata say that they decode to pictures.
Nothing is compressed: pictures are already, and bytes do not hang on a compressor's version.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from datasets.formats.base import Note
from datasets.formats.content import Content
from datasets.formats.facts import FACTS, facts_of
from datasets.formats.frames import frame_bytes
from datasets.formats.output import Output
from datasets.formats.shards import Shard, Sharded, ShardParams, grouped, row_size
from modeling.snapshots import FrameRow

LOADER = """\
from pathlib import Path
import numpy as np
from datasets import load_dataset

rows = load_dataset(str(Path.cwd()), split="train")  # this folder; it takes no "."
row = rows[0]
label = np.asarray(row["label"])  # (height, width) stored values, see palette.json; 255 is ignore
print(row["key"], row["image"].size if "image" in row else "without its frame", np.unique(label))
"""
GROUP_BYTES, GROUP_ROWS = 32_000_000, 100
"""A row group, which readers and we hold in memory at once, ends at whichever comes first."""


def huggingface(params: ShardParams) -> Sharded:
    """Build the layout: a Parquet file a shard."""
    return Sharded(params, _shard)


def front(content: Content) -> str:
    """The YAML head of a dataset card: which files are which split, and the columns."""
    counts = Counter(row.split for row in content.labelled)
    lines = ["---", "license:", *(f"- {licence}" for licence in _licences(content))]
    lines += [
        "task_categories:",
        "- image-segmentation",
        "configs:",
        "- config_name: default",
        "  data_files:",
    ]
    for split in counts:
        lines += [f"  - split: {split}", f"    path: data/{split}-*.parquet"]
    lines += ["dataset_info:", "  features:"]
    for name, feature in features(content).items():
        lines += [f"  - name: {name}", f"    dtype: {feature.get('dtype', 'image')}"]
    lines += ["  splits:"]
    for split, count in counts.items():
        size = sum(row_size(content, row) for row in content.labelled if row.split == split)
        lines += [f"  - name: {split}", f"    num_bytes: {size}", f"    num_examples: {count}"]
    return "\n".join([*lines, "---", "", ""])


_HUB_LICENCES = {
    "CC0-1.0",
    "CC-BY-4.0",
    "CC-BY-SA-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-NC-SA-4.0",
    "Apache-2.0",
    "MIT",
}


def _licences(content: Content) -> list[str]:
    """As the hub calls them: every other one is ``other``, none is ``unknown``."""
    names = {
        name.lower() if name in _HUB_LICENCES else "other" if name else "unknown" for name in content.licences
    }
    return sorted(names)


def features(content: Content) -> dict[str, dict[str, str]]:
    """Columns as Hugging Face describes them."""
    pictures = ["label"] if content.terms.labels_only else ["image", "label"]
    return {
        **{name: {"_type": "Image"} for name in pictures},
        **{name: {"dtype": dtype, "_type": "Value"} for name, dtype in FACTS.items()},
    }


def _shard(content: Content, shard: Shard, output: Output) -> Note:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _schema(content)
    name = f"data/{shard.split}-{shard.number:05d}-of-{shard.of:05d}.parquet"
    with (
        output.stream(name) as stream,
        pq.ParquetWriter(
            stream, schema, compression="none", use_dictionary=False, write_statistics=list(FACTS)
        ) as writer,
    ):
        for rows in grouped(shard.rows, lambda row: row_size(content, row), GROUP_BYTES, GROUP_ROWS):
            writer.write_table(pa.Table.from_pylist([_row(content, row) for row in rows], schema=schema))
    return {"split": shard.split, "frames": len(shard.rows)}


def _schema(content: Content) -> Any:
    import pyarrow as pa

    picture = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    types = {"string": pa.string(), "float64": pa.float64(), "int32": pa.int32(), "bool": pa.bool_()}
    described = features(content)
    fields = [(name, types.get(feature.get("dtype", ""), picture)) for name, feature in described.items()]
    metadata = {
        "huggingface": json.dumps({"info": {"features": described}}),
        "sakkan": json.dumps({"snapshot": content.snapshot.id, "kind": content.kind.name}),
    }
    return pa.schema(fields, metadata)


def _row(content: Content, row: FrameRow) -> dict[str, Any]:
    file = row.labels[content.kind.name].file
    found = facts_of(content, row)
    found["label"] = _picture(f"{row.key}.png", content.snapshot.path(file).read_bytes())
    if not content.terms.labels_only:
        suffix, data = frame_bytes(content, row)
        found["image"] = _picture(row.key + suffix, data)
    return found


def _picture(path: str, data: bytes) -> dict[str, Any]:
    return {"bytes": data, "path": path}
