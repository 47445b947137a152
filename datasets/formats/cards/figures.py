"""What a card counts of a content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datasets.formats.content import Content, Pixels
from modeling.labels import IGNORE, UNKNOWN, LabelKind
from modeling.snapshots import FrameRow, LabelRow, SelectionRow, Split

SPLITS: tuple[Split, ...] = ("train", "test")


@dataclass(frozen=True)
class Chosen:
    """Labelled drawings that came the same way. ``low`` and ``high`` bound the inclusion probabilities that are known,
    of ``known`` of them; ``control`` are of the control arm."""

    strategy: str
    round: int | None
    labels: int
    control: int
    known: int
    low: float
    high: float


class Worked(NamedTuple):
    """People's time: on how many labels it was measured, and seconds in all and of the median one."""

    labels: int
    total: float
    median: float


def labels_of(content: Content) -> Iterator[tuple[FrameRow, LabelRow]]:
    """Drawings with a label of the content's kind, and that label: each once, however often a video shows it."""
    kind = content.kind.name
    return ((row, row.labels[kind]) for row in content.drawings if kind in row.labels)


def counts_by_split(rows: Iterable[FrameRow]) -> list[int]:
    """How many are to train on, and how many are held out."""
    found = Counter(row.split for row in rows)
    return [found[split] for split in SPLITS]


def cuts_by_split(rows: Iterable[FrameRow]) -> list[int]:
    """Cuts to train on, and held out; an image without one is its own."""
    cuts = {(row.split, row.production, row.cut, "" if row.cut else row.key) for row in rows}
    found = Counter(split for split, *_ in cuts)
    return [found[split] for split in SPLITS]


def class_pixels(content: Content) -> NDArray[np.int64]:
    """(2, C + 1) pixels of the labels to train on and the held-out ones by class, ignored ones last.

    A scalar map has two "classes": unknown and known. Each label file is read at most once, and not at all where its
    pixels are told (`Content.pixels`).
    """
    kind = content.kind
    sums = np.zeros((2, max(2, len(kind.classes)) + 1), np.int64)
    for row, _ in labels_of(content):
        told = content.pixels(row) or _counted(content, row, kind)
        sums[SPLITS.index(row.split), : len(told.classes)] += told.classes
        sums[SPLITS.index(row.split), -1] += told.ignored
    return sums


def _counted(content: Content, row: FrameRow, kind: LabelKind) -> Pixels:
    if kind.scalar:
        known = int(np.count_nonzero(content.snapshot.stored(row, kind.name) != UNKNOWN))
        return Pixels((row.width * row.height - known, known), 0)
    classes = np.bincount(content.snapshot.classes(row, kind.name).ravel(), minlength=IGNORE + 1)
    return Pixels(tuple(classes[: len(kind.classes)].tolist()), int(classes[IGNORE]))


def chosen_ways(content: Content) -> list[Chosen]:
    """How labelled drawings were chosen: by round, then strategy; those that nobody picked first."""
    ways: dict[tuple[int, str], list[SelectionRow | None]] = {}
    for _, label in labels_of(content):
        one = label.selection
        way = (one.round or 0, one.strategy) if one else (-1, "")
        ways.setdefault(way, []).append(one)
    return [_chosen(strategy, round_, ways[round_, strategy]) for round_, strategy in sorted(ways)]


def _chosen(strategy: str, round_: int, rows: list[SelectionRow | None]) -> Chosen:
    picked = [row for row in rows if row is not None]
    chances = [row.inclusion_probability for row in picked if row.inclusion_probability]
    return Chosen(
        strategy=strategy,
        round=round_ if round_ > 0 else None,
        labels=len(rows),
        control=sum(row.control_arm for row in picked),
        known=len(chances),
        low=min(chances, default=0.0),
        high=max(chances, default=0.0),
    )


def worked(content: Content) -> Worked:
    """People's time on the labels."""
    seconds = [label.seconds for _, label in labels_of(content) if label.seconds]
    return Worked(len(seconds), sum(seconds), median(seconds) if seconds else 0.0)
