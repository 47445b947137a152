"""``frames.csv`` of an export, and whether it says of each frame what the snapshot says."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

from modeling.snapshots import Snapshot


def table(out: Path) -> dict[str, dict[str, str]]:
    """Lines by key."""
    with (out / "frames.csv").open(encoding="utf-8", newline="") as stream:
        return {line["key"]: line for line in csv.DictReader(stream)}


def check_table(out: Path, snapshot: Snapshot, kind: str) -> None:
    """Names, splits, licences, origins and the rest are those of the snapshot; unlabelled frames are not there."""
    lines = table(out)
    rows = {row.key: row for row in snapshot.frames(kind=kind)}
    assert list(lines) == list(rows)
    for key, row in rows.items():
        line, label = lines[key], row.labels[kind]
        for name in ("sha256", "production", "cut", "split", "licence", "rights", "source"):
            assert line[name] == getattr(row, name), (key, name)
        assert (int(line["width"]), int(line["height"])) == (row.width, row.height)
        assert (line["kind"], line["origin"]) == (kind, label.origin)
        assert float(line["seconds"]) == label.seconds
        chosen = label.selection
        assert line["strategy"] == (chosen.strategy if chosen else "")
        assert line["control_arm"] == (str(chosen.control_arm) if chosen else "")
        assert (out / line["label"]).exists()


def frames_are_own(out: Path) -> bool:
    """Whether every frame of the table lies there with the bytes it came in with."""
    return all(
        hashlib.sha256((out / line["frame"]).read_bytes()).hexdigest() == line["sha256"]
        for line in table(out).values()
    )
