"""The snapshot folder itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasets.formats.base import Ticker, place
from modeling.labels import LabelKind
from modeling.snapshots import Snapshot


def write_folder(snapshot: Snapshot, kind: LabelKind, out: Path, tick: Ticker, link: bool) -> dict[str, Any]:
    """Write the snapshot as it is, with every kind in it; it opens with ``modeling.snapshots.Snapshot.open``."""
    rows = snapshot.frames()
    for done, row in enumerate(rows, 1):
        for file in (row.file, *(label.file for label in row.labels.values())):
            place(snapshot.path(file), out / file, link)
        tick(done, len(rows))
    for file in ("frames.jsonl", "snapshot.json"):
        place(snapshot.path(file), out / file, link=False)
    return {"frames": len(rows), "kinds": list(snapshot.kinds)}
