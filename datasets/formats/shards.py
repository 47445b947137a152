"""Parts of a split that one file each holds; where they end follows from the content alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import Field

from datasets.formats.base import Note, Piece
from datasets.formats.content import Content
from datasets.formats.output import Output
from datasets.formats.palette import PALETTE, palette_text
from modeling.registry import Params
from modeling.snapshots import FrameRow

SPLITS = ("train", "test")
MEGABYTE = 1_000_000


class ShardParams(Params):
    """How large a file becomes."""

    shard_mb: int = Field(
        256,
        ge=1,
        le=4096,
        description="Megabytes of pictures in a file, of which every split begins a new one",
    )


@dataclass(frozen=True, slots=True)
class Shard:
    """Rows of a split; ``number`` counts from 0, ``of`` is how many shards the split has."""

    split: str
    number: int
    of: int
    rows: tuple[FrameRow, ...]


class Sharded:
    """The layout of formats that write a file a shard; unlabelled frames are left out.

    Args:
        params: How large a file becomes.
        write: (content, shard, output) to a note with ``split`` and ``frames``.
    """

    def __init__(self, params: ShardParams, write: Callable[[Content, Shard, Output], Note]) -> None:
        self._params, self._write = params, write

    def pieces(self, content: Content) -> Iterator[Piece]:
        """A piece a file."""
        for shard in shards_of(content, self._params):
            yield Piece(partial(self._write, content, shard), len(shard.rows))

    def close(self, content: Content, output: Output, notes: Callable[[], Iterable[Note]]) -> dict[str, Any]:
        """Write what the labels' values mean; frames and shards by split."""
        output.write(PALETTE, palette_text(content))
        frames: Counter[str] = Counter()
        shards: Counter[str] = Counter()
        for note in notes():
            assert note is not None
            frames[note["split"]] += note["frames"]
            shards[note["split"]] += 1
        return {
            "frames": frames.total(),
            "frames_by_split": dict(frames),
            "shards_by_split": dict(shards),
            "left_out_unlabelled": len(content.rows) - len(content.labelled),
        }


def shards_of(content: Content, params: ShardParams) -> Iterator[Shard]:
    """The labelled rows of each split in order, cut where the pictures and labels of a shard would be larger."""
    yield from by_split(content, lambda row: row_size(content, row), params.shard_mb * MEGABYTE)


def by_split(content: Content, size: Callable[[FrameRow], int], limit: int) -> Iterator[Shard]:
    """The labelled rows of each split in order, cut where the sizes of a shard would exceed the limit."""
    for split in SPLITS:
        parts = list(grouped((row for row in content.labelled if row.split == split), size, limit))
        for number, rows in enumerate(parts):
            yield Shard(split, number, len(parts), tuple(rows))


def grouped(
    rows: Iterable[FrameRow], size: Callable[[FrameRow], int], limit: int, most: int | None = None
) -> Iterator[list[FrameRow]]:
    """Cut rows into groups of at most ``limit`` together and at most ``most`` rows; a larger row is alone."""
    group: list[FrameRow] = []
    total = 0
    for row in rows:
        own = size(row)
        if group and (total + own > limit or len(group) == most):
            yield group
            group, total = [], 0
        group.append(row)
        total += own
    if group:
        yield group


def row_size(content: Content, row: FrameRow) -> int:
    """Bytes of a row's label and, where it is handed out, of its frame."""
    files = [row.labels[content.kind.name].file]
    if not content.terms.labels_only:
        files.append(row.file)
    return sum(content.snapshot.path(file).stat().st_size for file in files)
