"""What changed from one snapshot to another, worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import IGNORE, get_kind
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, difference, write_snapshot


def source(
    root: Path, key: str, label: Any = None, *, kind: str = "cel", shade: int = 0, **options: Any
) -> SnapshotSource:
    """A frame of 2 x 3 pixels of one grey, with a label of these rows."""
    folder = root / f"{len(list(root.iterdir()))}"
    folder.mkdir()
    image = folder / "frame.png"
    image.write_bytes(encode_png(np.full((2, 3, 3), shade, np.uint8)))
    labels = {}
    if label is not None:
        dtype = np.uint16 if get_kind(kind).scalar else np.uint8
        write_label(folder / "label.png", np.array(label, dtype), get_kind(kind))
        labels = {kind: LabelSource(folder / "label.png", options.pop("origin", "person"))}
    return SnapshotSource(key=key, image=image, labels=labels, **options)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "made").mkdir()
    return tmp_path / "made"


def freeze(root: Path, *sources: SnapshotSource) -> Snapshot:
    return write_snapshot(root.parent / "snapshots", sources)


BLANK = [[0, 0, 0], [0, 0, 0]]


def test_frames_added_dropped_replaced_and_moved(root: Path) -> None:
    old = freeze(
        root,
        source(root, "same", BLANK),
        source(root, "gone", BLANK),
        source(root, "other", BLANK),
        source(root, "moves", BLANK, split="test"),
    )
    new = freeze(
        root,
        source(root, "same", BLANK),
        source(root, "new", BLANK),
        source(root, "other", BLANK, shade=9),
        source(root, "moves", BLANK),
    )
    told = difference(old, new)
    assert told["frames"] == {"same": 2, "added": 1, "dropped": 1, "replaced": 1, "moved": 1}
    assert (told["added"], told["dropped"], told["replaced"]) == (["new"], ["gone"], ["other"])
    assert told["moved"] == [{"key": "moves", "from": "test", "to": "train"}]
    assert (told["old"], told["new"]) == (old.id, new.id)
    assert told["labels"]["cel"]["relabelled"] == []


def test_pixels_by_old_and_new_class(root: Path) -> None:
    """One pixel of background became cel, two of cel ignored; the other frame changed by one."""
    old = freeze(
        root, source(root, "a", [[0, 1, 1], [0, 0, IGNORE]]), source(root, "b", BLANK, origin="import")
    )
    new = freeze(
        root,
        source(root, "a", [[1, IGNORE, IGNORE], [0, 0, IGNORE]]),
        source(root, "b", [[0, 0, 1], [0, 0, 0]]),
    )
    told = difference(old, new)["labels"]["cel"]
    assert told["relabelled"] == [
        {"key": "a", "changed": 3, "pixels": 6, "classes": 3, "origins": ["person", "person"]},
        {"key": "b", "changed": 1, "pixels": 6, "classes": 1, "origins": ["import", "person"]},
    ]
    assert told["changed"] == 4
    assert told["confusion"] == [[7, 2, 0], [0, 0, 2], [0, 0, 1]]


def test_another_entry_of_a_class_is_a_change_of_no_class(root: Path) -> None:
    """Entry 10 is a further colour of entry 1's class."""
    old = freeze(root, source(root, "a", [[1, 1, 0], [0, 0, 0]], kind="douga"))
    new = freeze(root, source(root, "a", [[10, 1, 0], [0, 0, 0]], kind="douga"))
    (one,) = difference(old, new)["labels"]["douga"]["relabelled"]
    assert (one["changed"], one["classes"]) == (1, 0)


def test_numbers_are_known_or_not(root: Path) -> None:
    old = freeze(root, source(root, "a", [[0, 5, 6], [0, 0, 0]], kind="depth"))
    new = freeze(root, source(root, "a", [[4, 5, 7], [0, 0, 0]], kind="depth"))
    told = difference(old, new)["labels"]["depth"]
    assert (told["changed"], told["confusion"]) == (2, [[3, 1, 0], [0, 2, 0], [0, 0, 0]])


def test_labels_come_and_go_by_kind(root: Path) -> None:
    old = freeze(root, source(root, "a", BLANK, split="test"), source(root, "b", split="test"))
    new = freeze(root, source(root, "a", split="test"), source(root, "b", BLANK, split="test"))
    told = difference(old, new)["labels"]["cel"]
    assert (told["added"], told["dropped"], told["relabelled"]) == (["b"], ["a"], [])


def test_a_label_of_another_size_is_changed_everywhere(root: Path) -> None:
    old = freeze(root, source(root, "a", BLANK))
    new = freeze(root, source(root, "a", [[0, 0]]))
    (one,) = difference(old, new)["labels"]["cel"]["relabelled"]
    assert (one["changed"], one["pixels"], one["classes"]) == (2, 2, None)


def test_labels_of_the_same_hash_are_not_read(root: Path) -> None:
    old = freeze(root, source(root, "a", BLANK), source(root, "b", BLANK))
    new = freeze(root, source(root, "a", BLANK), source(root, "b", [[1, 1, 1], [1, 1, 1]]))
    for side in (old, new):
        side.path(side.frames()[0].labels["cel"].file).unlink()
    calls: list[tuple[int, int]] = []
    told = difference(old, new, tick=lambda done, total: calls.append((done, total)))
    assert told["labels"]["cel"]["changed"] == 6
    assert calls == [(1, 1)]
