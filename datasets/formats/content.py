"""What of a snapshot is handed out: rows by licence, with or without frames, holds as one row or as each picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import NamedTuple

from pydantic import Field

from modeling.errors import UserError
from modeling.labels import LabelKind, get_kind
from modeling.registry import Params
from modeling.snapshots import FrameRow, Snapshot


class Terms(Params):
    """What is handed out."""

    licences: tuple[str, ...] = Field(
        default=(), description="Only frames under these licences; all where none is named"
    )
    unknown_licences: bool = Field(default=False, description="Also frames whose licence nobody named")
    labels_only: bool = Field(
        default=False, description="Leave the frames out; whoever has them joins them again by hash"
    )
    expand_holds: bool = Field(
        default=False, description="A row for each picture of the video, not one for each drawing"
    )


class Pixels(NamedTuple):
    """Pixels of a label by class index (of a scalar map: unknown and known ones), and those that are ignored."""

    classes: tuple[int, ...]
    ignored: int


def not_told(row: FrameRow) -> Pixels | None:
    """Nobody counted a label's pixels: who wants them reads the file."""
    return None


@dataclass(frozen=True)
class Content:
    """A snapshot on its way out.

    Attributes:
        snapshot: Where its files are.
        kind: Whose labels a format of one kind writes.
        terms: What is handed out of it.
        drawings: Rows, one a drawing, in the order of their keys.
        left_out: How many rows are not handed out, by the reason.
        pixels: What is known of a row's label of the kind without reading it: what counting it would give, or None.
    """

    snapshot: Snapshot
    kind: LabelKind
    terms: Terms
    drawings: tuple[FrameRow, ...]
    left_out: dict[str, int]
    pixels: Callable[[FrameRow], Pixels | None] = not_told

    @cached_property
    def rows(self) -> tuple[FrameRow, ...]:
        """Rows to write: each drawing, or, with ``expand_holds``, each picture of the video that shows it."""
        if not self.terms.expand_holds:
            return self.drawings
        return tuple(sorted(_pictures(self.drawings), key=lambda row: row.key))

    @cached_property
    def labelled(self) -> tuple[FrameRow, ...]:
        """Rows with a label of the kind."""
        return tuple(row for row in self.rows if self.kind.name in row.labels)

    @property
    def is_whole(self) -> bool:
        """Whether every row of the snapshot is in it, as it stands there."""
        return not self.left_out and not self.terms.expand_holds

    @property
    def licences(self) -> Counter[str]:
        """Drawings by licence."""
        return Counter(row.licence for row in self.drawings)


def content_of(snapshot: Snapshot, kind: str, terms: Terms) -> Content:
    """Choose the rows that these terms hand out.

    Raises:
        UserError: ``unknown_kind``, ``export_no_labels``, ``export_licence`` where frames have no licence and nobody
            said to hand them out, or ``export_empty``.
    """
    label_kind = get_kind(kind)
    if kind not in snapshot.kinds:
        has = f"It has: {', '.join(snapshot.kinds) or 'none'}."
        raise UserError(
            f"Snapshot {snapshot.id[:12]} has no {kind} labels.", code="export_no_labels", remedy=has
        )
    rows = snapshot.frames()
    _require_licences(rows, terms)
    kept = tuple(row for row in rows if _is_handed_out(row, terms))
    if not kept:
        known = ", ".join(sorted({row.licence for row in rows if row.licence})) or "none"
        raise UserError("No frame has such a licence.", code="export_empty", remedy=f"Licences: {known}.")
    left_out = {"licence": len(rows) - len(kept)} if len(kept) < len(rows) else {}
    return Content(snapshot, label_kind, terms, kept, left_out)


def _is_handed_out(row: FrameRow, terms: Terms) -> bool:
    if not row.licence:
        return terms.unknown_licences or (terms.labels_only and not terms.licences)
    return not terms.licences or row.licence in terms.licences


def _require_licences(rows: Iterable[FrameRow], terms: Terms) -> None:
    """Labels alone may go out unasked: nobody's frames go with them."""
    if terms.licences or terms.unknown_licences or terms.labels_only:
        return
    unknown = sum(not row.licence for row in rows)
    if unknown:
        raise UserError(
            f"Nobody named a licence for {unknown} of the frames.",
            code="export_licence",
            remedy="Say that unknown licences may go out, choose licences, or hand out the labels only.",
        )


def _pictures(drawings: Iterable[FrameRow]) -> Iterator[FrameRow]:
    """A row for each picture: ``clip/000012`` shown for three gives 000012, 000013 and 000014, of the same files."""
    for row in drawings:
        yield from _shown(row) if row.hold is not None else [row]


def _shown(row: FrameRow) -> Iterator[FrameRow]:
    assert row.hold is not None
    head, _, number = row.key.rpartition("/")
    offset = int(number) - row.hold.first if number.isdigit() else None
    for index in range(row.hold.first, row.hold.last + 1):
        name = f"{index + offset:0{len(number)}d}" if offset is not None else f"{number}@{index:06d}"
        at = row.time_s
        if at is not None and row.hold.fps:
            at = round(at + (index - row.hold.first) / row.hold.fps, 6)
        yield row.model_copy(update={"key": str(PurePosixPath(head, name)), "time_s": at})
