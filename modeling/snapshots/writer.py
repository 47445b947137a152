"""Freezing frames and labels into a snapshot folder: staged beside its goal, published by rename."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from modeling.errors import UserError
from modeling.images import probe
from modeling.labels import Entry, get_kind
from modeling.snapshots.reader import Snapshot, file_sha256
from modeling.snapshots.rows import (
    Counts,
    EntryRow,
    FrameRow,
    Header,
    HoldRow,
    LabelRow,
    Origin,
    SelectionRow,
    Split,
    SplitCounts,
)

_STALE_SECONDS = 24 * 3600

AddedEntries: TypeAlias = Mapping[str, Mapping[str, Iterable[Entry]]]
"""Palette entries that productions added, by name of the kind and name of the production."""


@dataclass(frozen=True, slots=True)
class LabelSource:
    """A label file to freeze, written by `labelio.write_label`; its hash is taken when it is not given."""

    file: Path
    origin: Origin
    sha256: str = ""
    selection: SelectionRow | None = None
    seconds: float = 0


@dataclass(frozen=True, slots=True)
class SnapshotSource:
    """A frame to freeze. Size, hash and suffix are read from ``image`` where they are not given."""

    key: str
    image: Path
    split: Split = "train"
    production: str = ""
    cut: str = ""
    time_s: float | None = None
    licence: str = ""
    source: str = ""
    rights: str = ""
    hold: HoldRow | None = None
    labels: dict[str, LabelSource] = field(default_factory=dict)
    size: tuple[int, int] | None = None
    """(height, width)"""
    sha256: str = ""
    suffix: str = ""
    """With its dot; for blobs, whose names have none."""


def write_snapshot(
    root: str | Path,
    frames: Iterable[SnapshotSource],
    *,
    parent: str | None = None,
    created: datetime | None = None,
    kinds: Iterable[str] | None = None,
    notes: Iterable[str] = (),
    entries: AddedEntries | None = None,
    link: bool = True,
) -> Snapshot:
    """Freeze frames into ``root/<id>/``; the same content gives the same id and is written once.

    Frames to train without any label are left out; a child keeps every earlier cut in its split.

    Args:
        root: Folder of all snapshots, where the parent lies too.
        frames: In any order; consumed once, so that a progress bar may wrap it.
        parent: Id of the snapshot this one follows.
        created: Date written into the header; now by default. No part of the id.
        kinds: Label kinds to keep; all by default.
        notes: Remarks that become part of the content.
        entries: What productions added to the kinds' palettes; of productions and kinds in it they are kept.
        link: Hard-link where the file system can, for immutable files only; else copy.

    Raises:
        UserError: ``snapshot_empty``, ``snapshot_key``, ``snapshot_parent`` or one of `images.probe`.
    """
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    with _staging(root) as stage:
        header = _fill(stage, frames, root, parent, created, kinds, tuple(notes), link, entries)
        return _publish(stage, root / header.id, header)


def write_snapshot_to(
    folder: str | Path,
    frames: Iterable[SnapshotSource],
    *,
    created: datetime | None = None,
    kinds: Iterable[str] | None = None,
    notes: Iterable[str] = (),
    link: bool = False,
) -> Snapshot:
    """Freeze frames into ``folder`` itself, which must not exist, be empty or hold the same content.

    Raises:
        UserError: ``snapshot_exists``, or as `write_snapshot`.
    """
    folder = Path(folder).absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _staging(folder.parent) as stage:
        header = _fill(stage, frames, folder.parent, None, created, kinds, tuple(notes), link)
        return _publish(stage, folder, header)


@contextmanager
def _staging(root: Path) -> Iterator[Path]:
    """Yield a hidden folder beside the goal; whatever is left of it, or of a killed run, is removed."""
    for old in root.glob(".staging-*"):
        if time.time() - old.stat().st_mtime > _STALE_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    stage = root / f".staging-{uuid4().hex}"
    stage.mkdir()
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _publish(stage: Path, goal: Path, header: Header) -> Snapshot:
    try:
        stage.rename(goal)
    except OSError:
        there = _existing(goal)
        if there is None or there.id != header.id:
            raise _taken(goal) from None
        return there
    return Snapshot.open(goal)


def refuse_taken(folder: Path) -> None:
    """Refuse early, before long work, a folder that is neither empty nor a snapshot.

    Raises:
        UserError: ``snapshot_exists``.
    """
    is_empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not is_empty and _existing(folder) is None:
        raise _taken(folder)


def _taken(folder: Path) -> UserError:
    message = f"{folder} already exists and holds something else."
    return UserError(message, code="snapshot_exists", remedy="Name another folder.")


def _existing(goal: Path) -> Snapshot | None:
    try:
        return Snapshot.open(goal)
    except UserError:
        return None


def _fill(
    stage: Path,
    frames: Iterable[SnapshotSource],
    root: Path,
    parent: str | None,
    created: datetime | None,
    kinds: Iterable[str] | None,
    notes: tuple[str, ...],
    link: bool,
    entries: AddedEntries | None = None,
) -> Header:
    splits = _earlier_splits(root, parent)
    wanted = None if kinds is None else set(kinds)
    rows: dict[str, FrameRow] = {}
    for source in frames:
        labels = {k: v for k, v in source.labels.items() if wanted is None or k in wanted}
        split = splits.get(_cut_of(source), source.split)
        if labels or split == "test":
            _claim(rows, source.key)
            rows[source.key.casefold()] = _freeze(stage, source, labels, split, link)
    if not rows:
        raise UserError("No frame has a label.", code="snapshot_empty", remedy="Label some frames first.")
    ordered = sorted(rows.values(), key=lambda row: row.key)
    lines = "".join(f"{row.model_dump_json()}\n" for row in ordered).encode()
    header = Header(
        counts=count_rows(ordered),
        kinds=tuple(sorted({kind for row in ordered for kind in row.labels})),
        parent=parent,
        frames_sha256=hashlib.sha256(lines).hexdigest(),
        notes=notes,
        entries=_entries_kept(ordered, entries or {}),
        created=created or datetime.now(UTC),
    )
    _write_through(stage / "frames.jsonl", lines)
    text = json.dumps(header.content(), indent=2, ensure_ascii=False)
    _write_through(stage / "snapshot.json", text.encode() + b"\n")
    return header


def _entries_kept(rows: list[FrameRow], entries: AddedEntries) -> dict[str, dict[str, tuple[EntryRow, ...]]]:
    """Entries of the productions with labels of the kind; checked, so that the snapshot opens."""
    kept: dict[str, dict[str, tuple[EntryRow, ...]]] = {}
    for kind, production in sorted({(kind, row.production) for row in rows for kind in row.labels}):
        added = get_kind(kind).extended(entries.get(kind, {}).get(production, ())).added
        if added:
            found = tuple(EntryRow(**entry._asdict()) for entry in added)
            kept.setdefault(kind, {})[production] = found
    return kept


def _write_through(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def check_key(key: str) -> None:
    """Refuse keys that leave the folder or that some file system cannot store.

    Raises:
        UserError: ``snapshot_key``.
    """
    if "\\" in key or "\0" in key or set(key.split("/")) & {"", ".", ".."}:
        raise UserError(f"{key!r} cannot name a frame.", code="snapshot_key", remedy="Rename it.")


def _claim(rows: dict[str, FrameRow], key: str) -> None:
    """Refuse a key that some file system cannot tell from an earlier one."""
    check_key(key)
    if key.casefold() in rows:
        raise UserError(f"Two frames are called {key!r}.", code="snapshot_key", remedy="Rename one of them.")


def _cut_of(source: SnapshotSource | FrameRow) -> tuple[str, str, str]:
    """Identity of a cut; an image without cut is its own."""
    return source.production, source.cut, "" if source.cut else source.key


def _earlier_splits(root: Path, parent: str | None) -> dict[tuple[str, str, str], Split]:
    """Split of each cut in the parent and its ancestors, the nearest winning."""
    splits: dict[tuple[str, str, str], Split] = {}
    while parent is not None:
        if not (root / parent).is_dir():
            raise UserError(f"The parent snapshot {parent[:12]} is not in {root}.", code="snapshot_parent")
        snapshot = Snapshot.open(root / parent)
        splits = {_cut_of(row): row.split for row in snapshot.frames()} | splits
        parent = snapshot.header.parent
    return splits


def _freeze(
    stage: Path, source: SnapshotSource, labels: dict[str, LabelSource], split: Split, link: bool
) -> FrameRow:
    size = source.size
    image_format = ""
    if size is None or not (source.suffix or source.image.suffix):
        info = probe(source.image)
        size, image_format = (info.height, info.width), info.format
    suffix = (source.suffix or source.image.suffix or f".{image_format}").lower()
    file = f"frames/{source.key}{suffix}"
    _place(source.image, stage / file, link)
    return FrameRow(
        key=source.key,
        file=file,
        sha256=source.sha256 or file_sha256(stage / file),
        width=size[1],
        height=size[0],
        production=source.production,
        cut=source.cut,
        time_s=source.time_s,
        split=split,
        licence=source.licence,
        source=source.source,
        rights=source.rights,
        hold=source.hold,
        labels={kind: _freeze_label(stage, kind, source.key, labels[kind], link) for kind in sorted(labels)},
    )


def _freeze_label(stage: Path, kind: str, key: str, label: LabelSource, link: bool) -> LabelRow:
    file = f"labels/{kind}/{key}.png"
    _place(label.file, stage / file, link)
    sha256 = label.sha256 or file_sha256(stage / file)
    return LabelRow(
        file=file,
        sha256=sha256,
        origin=label.origin,
        selection=label.selection,
        seconds=round(label.seconds, 1),
    )


def _place(source: Path, goal: Path, link: bool) -> None:
    goal.parent.mkdir(parents=True, exist_ok=True)
    if link:
        try:
            os.link(source, goal)
        except OSError:  # another file system, or one without links
            shutil.copyfile(source, goal)
    else:
        shutil.copyfile(source, goal)


def count_rows(rows: list[FrameRow]) -> Counts:
    """Frames, cuts and labels of these rows by split."""
    kinds = sorted({kind for row in rows for kind in row.labels})
    cuts = {(row.split, _cut_of(row)) for row in rows}
    return Counts(
        frames=_tally(row.split for row in rows),
        cuts=_tally(split for split, _ in cuts),
        labels={kind: _tally(row.split for row in rows if kind in row.labels) for kind in kinds},
    )


def _tally(splits: Iterable[str]) -> SplitCounts:
    all_splits = list(splits)
    return SplitCounts(train=all_splits.count("train"), test=all_splits.count("test"))
