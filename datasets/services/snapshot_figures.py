"""Histograms of a snapshot, from ``frames.jsonl`` and the counts kept of its labels; figured once, then kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from core.permissions import Person
from datasets.formats.content import Pixels
from datasets.models import LabelTally, Production, Snapshot
from datasets.services.snapshots import snapshot_folder
from datasets.services.tallies import tally_of, tally_store
from datasets.statistics import FrameSum, LabelSums, statistics_of
from modeling import snapshots as folders
from modeling.labelio import decode_label

_CHUNK = 500

Label: TypeAlias = tuple[int, str]
"""A production's id and the SHA-256 of a label file."""


def snapshot_statistics(snapshot: Snapshot, user: Person) -> dict[str, Any]:
    """Resolution, year, drawn share and class frequency of a snapshot's frames, labelled and held-out.

    The years are those that the productions have now; everything else is kept with the snapshot once all its labels
    are counted.
    """
    figures = snapshot.figures or _figured(snapshot)
    by_name = figures["frames"]
    known = Production.objects.visible_to(user).filter(name__in=list(by_name))
    years = dict(known.values_list("name", "year"))
    frames = [
        FrameSum(width, height, years.get(name), count)
        for name, sizes in by_name.items()
        for width, height, count in sizes
    ]
    return statistics_of(frames, [LabelSums(**sums) for sums in figures["labels"]])


def snapshot_count(snapshot: Snapshot, tick: Callable[[], None] = lambda: None) -> int:
    """Count those labels of a snapshot that were not; return how many. Decodes files: for a job, not for a page."""
    folder = folders.Snapshot.open(snapshot_folder(snapshot))
    ids = _production_ids(folder)
    done = 0
    for kind in folder.kinds:
        known = _tallies(folder, kind, ids)
        for row in folder.frames(kind=kind):
            label = (ids.get(row.production, 0), row.labels[kind].sha256)
            if label[0] and label not in known:
                known[label] = _count(folder, row, kind, label)
                done += 1
                tick()
    return done


def _count(folder: folders.Snapshot, row: folders.FrameRow, kind: str, label: Label) -> LabelTally:
    """The file was checked when it was frozen; it may have entries that the production added since it drew others."""
    label_kind = folder.label_kind(row, kind)
    tally = tally_of(decode_label(folder.path(row.labels[kind].file), label_kind, strict=False), label_kind)
    return tally_store(production_id=label[0], kind=kind, label=label[1], tally=tally)


def _figured(snapshot: Snapshot) -> dict[str, Any]:
    folder = folders.Snapshot.open(snapshot_folder(snapshot))
    ids = _production_ids(folder)
    labels = [_sums(folder, kind, ids) for kind in folder.kinds]
    figures = {
        "frames": _sizes(folder),
        "labels": [{name: getattr(sums, name) for name in sums.__slots__} for sums in labels],
    }
    if not any(sums.uncounted for sums in labels):
        Snapshot.objects.filter(pk=snapshot.pk).update(figures=figures)
    return figures


def _sizes(folder: folders.Snapshot) -> dict[str, list[list[int]]]:
    """(width, height, frames) by name of the production."""
    sizes = Counter((row.production, row.width, row.height) for row in folder.frames())
    found: dict[str, list[list[int]]] = {}
    for (production, width, height), frames in sizes.items():
        found.setdefault(production, []).append([width, height, frames])
    return found


def label_sums(folder: folders.Snapshot, kind: str, *, split: str | None = None) -> LabelSums:
    """Sums over a snapshot's labels of a kind from the counts kept of them, of one side if ``split`` names it."""
    return _sums(folder, kind, _production_ids(folder), split)


def _sums(folder: folders.Snapshot, kind: str, ids: dict[str, int], split: str | None = None) -> LabelSums:
    sums = LabelSums(kind)
    known = _tallies(folder, kind, ids)
    for row in folder.frames(kind=kind):
        if split not in (None, row.split):
            continue
        tally = known.get((ids.get(row.production, 0), row.labels[kind].sha256))
        if tally is None:
            sums.labelled += 1
            sums.uncounted += 1
        else:
            sums.add(tally.counts, tally.ignored)
    return sums


def kept_pixels(folder: folders.Snapshot, kind: str) -> Callable[[folders.FrameRow], Pixels | None]:
    """What was counted of a snapshot's labels of a kind, for cards; None of those that were not."""
    ids = _production_ids(folder)
    known = _tallies(folder, kind, ids)

    def pixels(row: folders.FrameRow) -> Pixels | None:
        tally = known.get((ids.get(row.production, 0), row.labels[kind].sha256))
        return Pixels(tuple(tally.counts), tally.ignored) if tally else None

    return pixels


def _production_ids(folder: folders.Snapshot) -> dict[str, int]:
    names = {row.production for row in folder.frames()}
    return dict(Production.objects.filter(name__in=names).values_list("name", "pk"))


def _tallies(folder: folders.Snapshot, kind: str, ids: dict[str, int]) -> dict[Label, LabelTally]:
    """What was counted of the snapshot's labels of a kind."""
    hashes: dict[int, list[str]] = {}
    for row in folder.frames(kind=kind):
        if row.production in ids:
            hashes.setdefault(ids[row.production], []).append(row.labels[kind].sha256)
    return {label: row for pk in hashes for label, row in _of_production(pk, kind, hashes[pk])}


def _of_production(pk: int, kind: str, hashes: list[str]) -> Iterator[tuple[Label, LabelTally]]:
    rows = LabelTally.objects.filter(production=pk, kind=kind)
    for start in range(0, len(hashes), _CHUNK):
        for row in rows.filter(label__in=hashes[start : start + _CHUNK]):
            yield (pk, row.label), row
