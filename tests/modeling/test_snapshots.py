"""The snapshot folder: immutable, content-addressed, all or nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from modeling.errors import UserError
from modeling.images import encode_png
from modeling.labelio import read_label, write_label
from modeling.labels import Entry, get_kind
from modeling.snapshots import (
    LabelSource,
    SelectionRow,
    Snapshot,
    SnapshotSource,
    write_snapshot,
    write_snapshot_to,
)

CEL, DOUGA = get_kind("cel"), get_kind("douga")
ADDED = {
    "one": [Entry(20, "8844AA", 6, "shade 3")],
    "two": [Entry(20, "101010", 1, "black"), Entry(21, "FFC0CB", 7, "blush")],
}


@pytest.fixture
def blobs(tmp_path: Path) -> Path:
    folder = tmp_path / "blobs"
    folder.mkdir()
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def frame(blobs: Path, key: str, *, labelled: bool = True, **more: object) -> SnapshotSource:
    """A frame of 4 x 6 pixels whose content follows from its key."""
    rng = np.random.default_rng(list(key.encode()))
    name = key.replace("/", "_")
    image, label = blobs / f"{name}.png", blobs / f"{name}.label.png"
    image.write_bytes(encode_png(rng.integers(0, 256, (4, 6, 3), np.uint8)))
    write_label(label, rng.integers(0, 2, (4, 6), np.uint8), CEL)
    labels = {"cel": LabelSource(label, "person")} if labelled else {}
    return SnapshotSource(key=key, image=image, labels=labels, **more)  # type: ignore[arg-type]


def show(blobs: Path, key: str, production: str, label_map: list[list[int]]) -> SnapshotSource:
    """A frame whose douga has entries that its production added."""
    kind = DOUGA.extended(ADDED.get(production, []))
    source, label = frame(blobs, key, labelled=False), blobs / f"{key}.douga.png"
    write_label(label, np.array(label_map, np.uint8), kind)
    return replace(source, production=production, labels={"douga": LabelSource(label, "person")})


def test_entries_that_productions_added_come_along(blobs: Path, root: Path) -> None:
    sources = [
        show(blobs, "a", "one", [[0, 20, 255]]),
        show(blobs, "b", "two", [[1, 20, 21]]),
        show(blobs, "c", "three", [[1, 10, 9]]),
    ]
    written = write_snapshot(root, sources, entries={"douga": ADDED, "cel": ADDED})
    opened = Snapshot.open(written.folder)
    assert {name: [e.name for e in found] for name, found in opened.header.entries["douga"].items()} == {
        "one": ["shade 3"],
        "two": ["black", "blush"],
    }
    classes = [opened.classes(row, "douga").tolist() for row in opened.frames()]
    assert classes == [[[0, 6, 255]], [[1, 1, 7]], [[1, 1, 9]]]
    assert opened.label_kind(opened.frames()[2], "douga") == DOUGA


def test_without_added_entries_header_and_id_are_what_they_were(blobs: Path, root: Path) -> None:
    written = write_snapshot(root, [frame(blobs, "a")], entries={"douga": ADDED})
    stored = json.loads((written.folder / "snapshot.json").read_text())
    assert "entries" not in stored
    del stored["created"]
    text = json.dumps(stored, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert written.id == hashlib.sha256(text.encode()).hexdigest() == written.folder.name


def test_another_entry_makes_another_snapshot(blobs: Path, root: Path) -> None:
    source = show(blobs, "a", "one", [[0, 1]])
    ids = {write_snapshot(root, [source], entries={"douga": added}).id for added in ({}, ADDED)}
    assert len(ids) == 2


def test_what_goes_in_comes_out(blobs: Path, root: Path) -> None:
    chosen = SelectionRow(strategy="entropy", round=2, inclusion_probability=0.25, control_arm=True)
    source = frame(
        blobs,
        "clip/000012",
        production="show",
        cut="c1",
        time_s=0.5,
        split="test",
        licence="CC0",
        source="clip.mp4",
    )
    label = LabelSource(source.labels["cel"].file, "draft unchanged", selection=chosen)
    written = write_snapshot(
        root, [replace(source, labels={"cel": label}), frame(blobs, "a")], notes=["optimistic"]
    )
    opened = Snapshot.open(written.folder)
    row = opened.frames("test", "cel")[0]
    assert (row.key, row.production, row.cut, row.time_s) == ("clip/000012", "show", "c1", 0.5)
    assert (row.width, row.height, row.licence, row.source) == (6, 4, "CC0", "clip.mp4")
    assert row.labels["cel"].origin == "draft unchanged"
    assert row.labels["cel"].selection == chosen
    assert opened.path(row.file).read_bytes() == source.image.read_bytes()
    np.testing.assert_array_equal(
        read_label(opened.path(row.labels["cel"].file), CEL), read_label(label.file, CEL)
    )
    assert [r.key for r in opened.frames()] == ["a", "clip/000012"]
    assert opened.kinds == ("cel",)
    assert opened.notes == ("optimistic",)
    assert opened.counts.model_dump() == {
        "frames": {"train": 1, "test": 1},
        "cuts": {"train": 1, "test": 1},
        "labels": {"cel": {"train": 1, "test": 1}},
    }
    opened.verify()


def test_the_same_content_is_one_snapshot(blobs: Path, root: Path) -> None:
    frames = [frame(blobs, "a"), frame(blobs, "b")]
    first = write_snapshot(root, frames, created=datetime(2020, 1, 1, tzinfo=UTC))
    second = write_snapshot(root, frames[::-1], created=datetime(2026, 1, 1, tzinfo=UTC))
    assert first.id == second.id == first.folder.name
    assert second.header.created.year == 2020
    assert [path.name for path in root.iterdir()] == [first.id]


def test_other_content_is_another_snapshot(blobs: Path, root: Path) -> None:
    ids = {
        write_snapshot(root, [frame(blobs, "a")]).id,
        write_snapshot(root, [frame(blobs, "a"), frame(blobs, "b")]).id,
        write_snapshot(root, [frame(blobs, "a", split="test")]).id,
        write_snapshot(root, [frame(blobs, "a")], notes=["a note"]).id,
        write_snapshot(root, [frame(blobs, "a")], parent=write_snapshot(root, [frame(blobs, "a")]).id).id,
    }
    assert len(ids) == 5


def test_labelled_and_held_out_frames_only(blobs: Path, root: Path) -> None:
    frames = [
        frame(blobs, "a"),
        frame(blobs, "b", labelled=False),
        frame(blobs, "c", labelled=False, split="test"),
    ]
    assert [row.key for row in write_snapshot(root, frames).frames()] == ["a", "c"]
    with pytest.raises(UserError, match="No frame has a label"):
        write_snapshot(root, frames[1:2])


def test_only_the_kinds_asked_for(blobs: Path, root: Path) -> None:
    source = frame(blobs, "a")
    both = replace(source, labels={**source.labels, "douga": source.labels["cel"]})
    assert write_snapshot(root, [both]).kinds == ("cel", "douga")
    assert write_snapshot(root, [both], kinds=["cel"]).kinds == ("cel",)


def test_files_are_linked_when_told_and_else_copied(blobs: Path, root: Path, tmp_path: Path) -> None:
    source = frame(blobs, "a")
    linked = write_snapshot(root, [source])
    assert linked.path(linked.frames()[0].file).samefile(source.image)
    copied = write_snapshot_to(tmp_path / "out", [source])
    assert not copied.path(copied.frames()[0].file).samefile(source.image)
    assert copied.id == linked.id


def test_without_links_files_are_copied(blobs: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    write_snapshot(root, [frame(blobs, "a")]).verify()


def test_blobs_without_suffix_get_the_one_of_their_content(blobs: Path, root: Path) -> None:
    source = frame(blobs, "a")
    blob = source.image.rename(blobs / "0123abcd")
    row = write_snapshot(root, [replace(source, image=blob)]).frames()[0]
    assert row.file == "frames/a.png"
    row = write_snapshot(root, [replace(source, image=blob, suffix=".TGA")]).frames()[0]
    assert row.file == "frames/a.tga"


# --- children ---


def test_a_child_keeps_every_earlier_cut_in_its_split(blobs: Path, root: Path) -> None:
    held_out = frame(blobs, "c1/1", production="show", cut="c1", split="test")
    single = frame(blobs, "single", split="test")
    grandparent = write_snapshot(root, [frame(blobs, "a"), held_out, single])
    parent = write_snapshot(root, [frame(blobs, "a"), frame(blobs, "b")], parent=grandparent.id)
    later = [
        frame(blobs, "c1/2", production="show", cut="c1", split="train"),
        frame(blobs, "single", split="train"),
        frame(blobs, "a", split="test"),
        frame(blobs, "c1/3", production="other", cut="c1", split="train"),
    ]
    child = write_snapshot(root, later, parent=parent.id)
    assert {row.key: row.split for row in child.frames()} == {
        "c1/2": "test", "single": "test", "a": "train", "c1/3": "train",
    }  # fmt: skip
    assert child.header.parent == parent.id


def test_a_missing_parent_is_refused(blobs: Path, root: Path) -> None:
    with pytest.raises(UserError) as caught:
        write_snapshot(root, [frame(blobs, "a")], parent="0" * 64)
    assert caught.value.code == "snapshot_parent"
    assert not list(root.iterdir())


# --- what goes wrong ---


@pytest.mark.parametrize("key", ["", "../a", "a/../../b", "/a", "a\\b", "./a", "a\0b"])
def test_keys_that_leave_the_folder_are_refused(key: str, blobs: Path, root: Path) -> None:
    with pytest.raises(UserError) as caught:
        write_snapshot(root, [replace(frame(blobs, "a"), key=key)])
    assert caught.value.code == "snapshot_key"
    assert not list(root.iterdir())


def test_keys_that_differ_in_case_only_are_refused(blobs: Path, root: Path) -> None:
    with pytest.raises(UserError, match="Two frames are called"):
        write_snapshot(root, [frame(blobs, "a"), frame(blobs, "A")])


def test_nothing_is_left_when_writing_breaks_off(blobs: Path, root: Path) -> None:
    def frames() -> Iterator[SnapshotSource]:
        yield frame(blobs, "a")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_snapshot(root, frames())
    assert not list(root.iterdir())


def test_what_a_killed_run_left_is_cleared_after_a_day(blobs: Path, root: Path) -> None:
    old, young = root / ".staging-old", root / ".staging-young"
    for folder in (old, young):
        folder.mkdir(parents=True)
    os.utime(old, (0, 0))
    write_snapshot(root, [frame(blobs, "a")])
    assert not old.exists()
    assert young.exists()


def test_a_taken_folder_is_refused_and_an_empty_one_used(blobs: Path, tmp_path: Path) -> None:
    taken, empty = tmp_path / "taken", tmp_path / "empty"
    taken.mkdir()
    empty.mkdir()
    (taken / "thesis.txt").touch()
    with pytest.raises(UserError, match="already exists") as caught:
        write_snapshot_to(taken, [frame(blobs, "a")])
    assert caught.value.code == "snapshot_exists"
    assert [path.name for path in taken.iterdir()] == ["thesis.txt"]
    first = write_snapshot_to(empty, [frame(blobs, "a")])
    assert write_snapshot_to(empty, [frame(blobs, "a")]).id == first.id
    with pytest.raises(UserError, match="already exists"):
        write_snapshot_to(empty, [frame(blobs, "b")])


def test_opening_what_is_no_snapshot(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        Snapshot.open(tmp_path)
    assert caught.value.code == "snapshot_missing"


@pytest.mark.parametrize("file", ["snapshot.json", "frames.jsonl"])
def test_damaged_rows_are_noticed(file: str, blobs: Path, root: Path) -> None:
    folder = write_snapshot(root, [frame(blobs, "a"), frame(blobs, "b")]).folder
    (folder / file).write_bytes((folder / file).read_bytes()[:-40])
    with pytest.raises(UserError, match="is damaged") as caught:
        Snapshot.open(folder)
    assert caught.value.code == "snapshot_damaged"


def test_a_row_taken_out_is_noticed(blobs: Path, root: Path) -> None:
    folder = write_snapshot(root, [frame(blobs, "a"), frame(blobs, "b")]).folder
    lines = (folder / "frames.jsonl").read_text().splitlines(keepends=True)
    (folder / "frames.jsonl").write_text(lines[0])
    with pytest.raises(UserError, match="is damaged"):
        Snapshot.open(folder)


def test_verify_notices_changed_and_missing_files(blobs: Path, tmp_path: Path) -> None:
    snapshot = write_snapshot_to(tmp_path / "out", [frame(blobs, "a")])
    file = snapshot.path(snapshot.frames()[0].labels["cel"].file)
    file.write_bytes(b"other")
    with pytest.raises(UserError, match=r"labels/cel/a\.png is not the file it was"):
        snapshot.verify()
    file.unlink()
    with pytest.raises(UserError, match=r"labels/cel/a\.png"):
        snapshot.verify()


def test_the_id_is_the_hash_of_the_header_without_its_date(blobs: Path, root: Path) -> None:
    import hashlib

    snapshot = write_snapshot(root, [frame(blobs, "a")])
    header = json.loads((snapshot.folder / "snapshot.json").read_text())
    del header["created"]
    canonical = json.dumps(header, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(canonical.encode()).hexdigest() == snapshot.id
    frames = (snapshot.folder / "frames.jsonl").read_bytes()
    assert header["frames_sha256"] == hashlib.sha256(frames).hexdigest()
