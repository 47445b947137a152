"""What changed from one snapshot to another: frames by key, labels by hash, pixels where the hashes differ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeling.labelio import LabelMap
from modeling.labels import IGNORE, UNKNOWN, LabelKind
from modeling.snapshots.reader import Snapshot
from modeling.snapshots.rows import FrameRow

Tick = Callable[[int, int], None]


class Pair(NamedTuple):
    """A frame of both snapshots whose label of a kind is another file in the second."""

    old: FrameRow
    new: FrameRow
    kind: str


def difference(old: Snapshot, new: Snapshot, *, tick: Tick = lambda done, total: None) -> dict[str, Any]:
    """Compare two snapshots; labels whose hash is the same are not read.

    Args:
        old: The earlier one, usually the parent.
        new: The later one.
        tick: Told after each pair of labels that was read how many of how many are; may raise to stop.

    Returns:
        In JSON: ``frames`` (counts of ``same``, ``added``, ``dropped``, ``replaced`` and ``moved``) with a list of keys
        for each but ``same`` (``moved`` with the split ``from`` and ``to``), and ``labels`` by kind: ``added`` and
        ``dropped`` (keys of frames in both), ``relabelled`` (see `relabelled`, most changed first), ``changed`` pixels,
        and ``confusion``: (C + 1, C + 1) pixels by old (row) and new (column) class, ignored ones last; of a scalar map
        the classes are unknown and known. A replaced frame is another picture under the same key; its labels count too.
    """
    before = {row.key: row for row in old.frames()}
    after = {row.key: row for row in new.frames()}
    both = [(before[key], row) for key, row in after.items() if key in before]
    lists: dict[str, list[Any]] = {
        "added": [key for key in after if key not in before],
        "dropped": [key for key in before if key not in after],
        "replaced": [row.key for was, row in both if was.sha256 != row.sha256],
        "moved": [
            {"key": row.key, "from": was.split, "to": row.split}
            for was, row in both
            if was.split != row.split
        ],
    }
    counts = {"same": len(both) - len(lists["replaced"]), **{name: len(keys) for name, keys in lists.items()}}
    told = {"old": old.id, "new": new.id, "frames": counts, **lists}
    return told | {"labels": _labels(old, new, both, tick)}


def pairs_to_read(old: Snapshot, new: Snapshot) -> list[Pair]:
    """Labels that `difference` reads: those of frames in both whose files differ."""
    before = {row.key: row for row in old.frames()}
    return list(_pairs([(before[row.key], row) for row in new.frames() if row.key in before]))


def _pairs(both: list[tuple[FrameRow, FrameRow]]) -> Iterator[Pair]:
    for was, row in both:
        for kind in sorted(set(was.labels) & set(row.labels)):
            if was.labels[kind].sha256 != row.labels[kind].sha256:
                yield Pair(was, row, kind)


def _labels(
    old: Snapshot, new: Snapshot, both: list[tuple[FrameRow, FrameRow]], tick: Tick
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for kind in sorted({*old.kinds, *new.kinds}):
        added = [row.key for was, row in both if kind in row.labels and kind not in was.labels]
        dropped = [row.key for was, row in both if kind in was.labels and kind not in row.labels]
        told[kind] = {"added": added, "dropped": dropped, "relabelled": [], "changed": 0, "confusion": None}
    pairs = list(_pairs(both))
    for done, pair in enumerate(pairs, start=1):
        _add(told[pair.kind], relabelled(old, new, pair))
        tick(done, len(pairs))
    for found in told.values():
        found["relabelled"].sort(key=lambda one: (-one["changed"], one["key"]))
    return told


def _add(found: dict[str, Any], one: dict[str, Any]) -> None:
    """Put a label to those of its kind; their confusion becomes a sum."""
    confusion = one.pop("confusion", None)
    found["relabelled"].append(one)
    found["changed"] += one["changed"]
    if confusion is not None:
        sum_ = np.add(confusion, found["confusion"]) if found["confusion"] else confusion
        found["confusion"] = np.asarray(sum_).tolist()


def relabelled(old: Snapshot, new: Snapshot, pair: Pair) -> dict[str, Any]:
    """Compare two labels of a frame.

    Returns:
        ``key``; ``changed``, pixels whose stored value is another, of ``pixels``; ``classes``, those among them whose
        class is another; ``origins`` before and after; and ``confusion`` as `difference` says, None with a label of
        another size, of which every pixel is changed.
    """
    was, now = (side.stored(row, pair.kind) for side, row in ((old, pair.old), (new, pair.new)))
    told = {
        "key": pair.new.key,
        "changed": int(np.count_nonzero(changed_pixels(was, now))),
        "pixels": int(now.size),
    }
    told["origins"] = [row.labels[pair.kind].origin for row in (pair.old, pair.new)]
    if was.shape != now.shape:
        return told | {"classes": None, "confusion": None}
    kinds = [side.label_kind(row, pair.kind) for side, row in ((old, pair.old), (new, pair.new))]
    confusion = confusion_between(_sides(was, kinds[0]), _sides(now, kinds[1]), _count(kinds[1]))
    return told | {"classes": int(confusion.sum() - np.trace(confusion)), "confusion": confusion.tolist()}


def changed_pixels(was: LabelMap, now: LabelMap) -> NDArray[np.bool_]:
    """(H, W) bool: where the stored value is another; everywhere, of the new size, where sizes differ."""
    if was.shape != now.shape:
        return np.ones(now.shape, bool)
    return np.asarray(was != now)


def confusion_between(was: NDArray[np.uint8], now: NDArray[np.uint8], classes: int) -> NDArray[np.int64]:
    """(C + 1, C + 1) pixels of two (H, W) class maps by old (row) and new class, 255 as the last."""
    rows, columns = (np.where(side == IGNORE, classes, side).astype(np.int64) for side in (was, now))
    pairs = (rows * (classes + 1) + columns).ravel()
    return np.bincount(pairs, minlength=(classes + 1) ** 2).reshape(classes + 1, classes + 1)


def _sides(label_map: LabelMap, kind: LabelKind) -> NDArray[np.uint8]:
    if kind.scalar:
        return (label_map != UNKNOWN).astype(np.uint8)
    return kind.to_classes(label_map)  # type: ignore[arg-type]


def _count(kind: LabelKind) -> int:
    return 2 if kind.scalar else len(kind.classes)
