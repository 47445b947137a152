"""A snapshot with what formats must cope with: two kinds, holds, licences, an unlabelled frame, a Japanese name."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datasets.formats import FORMATS, Terms, content_of, write_content
from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import IGNORE, Entry, get_kind
from modeling.snapshots import HoldRow, LabelSource, SelectionRow, Snapshot, SnapshotSource, write_snapshot

HEIGHT, WIDTH = 12, 20
ALL = Terms(unknown_licences=True)
FREE, SHARED = "CC0-1.0", "CC-BY-4.0"
ADDED = {"douga": {"show": [Entry(20, "8844AA", 6, "shade 3")]}}


def picture(number: int) -> NDArray[np.uint8]:
    """(H, W, 3) uint8; another for each number."""
    return np.random.default_rng(number).integers(0, 256, (HEIGHT, WIDTH + number, 3), np.uint8)


def cel_map(number: int) -> NDArray[np.uint8]:
    """(H, W) uint8 of a picture's size: a cel, and a strip that nobody decided."""
    found = np.zeros(picture(number).shape[:2], np.uint8)
    found[2:8, 3 : 9 + number] = 1
    found[10:, :4] = IGNORE
    return found


def douga_map(number: int) -> NDArray[np.uint8]:
    """(H, W) uint8 of a picture's size: lines in two colours of a class, a fill, and an added entry."""
    found = np.zeros(picture(number).shape[:2], np.uint8)
    found[2, 2:9] = 1
    found[2:9, 2] = 10
    found[4:6, 4:8] = 6
    found[6:8, 4:8] = 20
    return found


def shown(root: Path, *, created: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> Snapshot:
    """Freeze six frames; 5 has no label and is held out, 4 no licence, 1 and 2 are drawings of a clip on threes."""
    root.mkdir(parents=True, exist_ok=True)
    sources = [_source(root, number) for number in range(6)]
    return write_snapshot(
        root / "snapshots", sources, created=created, notes=["made for tests"], entries=ADDED
    )


def depth_map() -> NDArray[np.uint16]:
    """(H, W) uint16: 0 is unknown."""
    return (np.arange(HEIGHT * WIDTH, dtype=np.uint16) * 270).reshape(HEIGHT, WIDTH)


def deep(root: Path) -> Snapshot:
    """Freeze a frame with a depth map."""
    (root / "frame.png").write_bytes(encode_png(picture(0)))
    write_label(root / "depth.png", depth_map(), get_kind("depth"))
    labels = {"depth": LabelSource(root / "depth.png", "oracle")}
    source = SnapshotSource("a/b", root / "frame.png", licence=FREE, labels=labels)
    return write_snapshot(root / "snapshots", [source])


def _source(root: Path, number: int) -> SnapshotSource:
    image = root / f"{number}.png"
    image.write_bytes(encode_png(picture(number)))
    clip = number in (1, 2)
    options: dict[str, Any] = {}
    if clip:
        first = 3 * (number - 1)
        options = {"time_s": first / 24, "hold": HoldRow(first=first, last=first + 2, fps=24.0)}
    return SnapshotSource(
        key=f"clip/{3 * (number - 1):06d}" if clip else f"図/f{number}",
        image=image,
        split="test" if number in (0, 5) else "train",
        production="show",
        cut="clip" if clip else f"c{number}",
        licence=("", SHARED)[number < 4] if number >= 3 else FREE,
        rights="A. Nobody" if number < 3 else "",
        source="clip.mp4" if clip else f"図/f{number}.png",
        labels={} if number == 5 else _labels(root, number),
        **options,
    )


def _labels(root: Path, number: int) -> dict[str, LabelSource]:
    kinds = {"cel": cel_map(number), "douga": douga_map(number)}
    found = {}
    for name, label_map in kinds.items():
        path = root / f"{number}.{name}.png"
        kind = get_kind(name)
        write_label(path, label_map, kind.extended(ADDED["douga"]["show"]) if name == "douga" else kind)
        origin = ("import", "person", "oracle", "draft unchanged", "person")[number]
        chosen = SelectionRow(strategy="kmeans", round=1, inclusion_probability=0.25, control_arm=number == 3)
        found[name] = LabelSource(
            path, origin, selection=chosen if number in (1, 3) else None, seconds=60.0 * number
        )
    return found


def export(
    snapshot: Snapshot, name: str, out: Path, *, kind: str = "", terms: Terms = ALL, **options: Any
) -> dict[str, Any]:
    """Write a snapshot in a format as the services do; labels of the first kind it is made for, else of ``cel``."""
    tick = options.pop("tick", lambda done, total: None)
    link = options.pop("link", False)
    entry = FORMATS.get(name)
    kind = kind or next(iter(entry.kinds), "cel")
    return write_content(content_of(snapshot, kind, terms), entry, entry.parse(options), out, tick, link=link)


def tree(folder: Path) -> dict[str, str]:
    """SHA-256 (hex) by path of every file in a folder, hidden ones among them."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
