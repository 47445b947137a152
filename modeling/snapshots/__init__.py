"""The snapshot folder: an immutable, content-addressed dataset version (design.md, section 4).

``snapshot.json`` carries schema, counts, parent and the hash of ``frames.jsonl``; its own hash without the
date is the id. ``frames.jsonl`` has a line a frame; ``frames/`` and ``labels/<kind>/`` hold the files.
"""

from modeling.snapshots.differences import changed_pixels, difference, pairs_to_read
from modeling.snapshots.reader import Snapshot
from modeling.snapshots.rows import (
    Counts,
    EntryRow,
    FrameRow,
    Header,
    HoldRow,
    LabelRow,
    Origin,
    SelectionRow,
    SplitCounts,
)
from modeling.snapshots.writer import (
    AddedEntries,
    LabelSource,
    SnapshotSource,
    count_rows,
    write_snapshot,
    write_snapshot_to,
)
from modeling.splits import Split

__all__ = [
    "AddedEntries",
    "Counts",
    "EntryRow",
    "FrameRow",
    "Header",
    "HoldRow",
    "LabelRow",
    "LabelSource",
    "Origin",
    "SelectionRow",
    "Snapshot",
    "SnapshotSource",
    "Split",
    "SplitCounts",
    "changed_pixels",
    "count_rows",
    "difference",
    "pairs_to_read",
    "write_snapshot",
    "write_snapshot_to",
]
