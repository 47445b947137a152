"""Which frames have a label, and which are on their way to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from annotation.models import AcceptedLabel, Assignment, AssignmentState, Effort, Origin
from datasets.models import Pool

_CHUNK = 500


class AcceptedRow(NamedTuple):
    """What a snapshot freezes of a frame."""

    frame_id: int
    label_sha256: str
    origin: str
    seconds: float
    """How long people worked on it: of all visits to its assignment; 0 where nobody measured that."""


_BY_PEOPLE = (Origin.PERSON, Origin.DRAFT_UNCHANGED)


def accepted_labels(pool: Pool, kind: str) -> Iterator[AcceptedRow]:
    """Yield the accepted label of every labelled frame of a pool, in the order of frame ids."""
    rows = _accepted(pool, kind).order_by("frame_id")
    names = ("frame_id", "revision__label", "revision__origin", "revision__active_seconds")
    values = rows.values_list(*names, Subquery(_visits()))
    return (_accepted_row(*row) for row in values.iterator(chunk_size=2000))


def _visits() -> QuerySet[Any, Any]:
    """Active seconds of all visits to what the accepted version was drawn for."""
    visits = Effort.objects.filter(assignment=OuterRef("revision__assignment"), tool="").order_by()
    return visits.values("assignment").annotate(total=Sum("seconds")).values("total")


def _accepted_row(frame: int, label: str, origin: str, told: float, visits: float | None) -> AcceptedRow:
    """Where no visit was logged, what was told when the version was handed in; oracle and file cost nobody time."""
    return AcceptedRow(frame, label, origin, (visits or told) if origin in _BY_PEOPLE else 0.0)


def labelled_frame_ids(pool: Pool, kind: str) -> set[int]:
    """Frames of the pool with an accepted label, whichever pool it was drawn for."""
    return set(_accepted(pool, kind).values_list("frame_id", flat=True))


def live_assignment_frame_ids(pool: Pool, kind: str) -> set[int]:
    """Frames of the pool that are queued, begun, submitted or returned, in any pool."""
    return set(_assigned(pool, kind).live().values_list("frame_id", flat=True))


def skipped_frame_ids(pool: Pool, kind: str) -> set[int]:
    """Frames of the pool that somebody found not worth drawing."""
    skipped = _assigned(pool, kind).filter(state=AssignmentState.SKIPPED)
    return set(skipped.values_list("frame_id", flat=True))


def _accepted(pool: Pool, kind: str) -> QuerySet[AcceptedLabel]:
    return AcceptedLabel.objects.filter(kind=kind, frame__memberships__pool=pool)


def _assigned(pool: Pool, kind: str):  # type: ignore[no-untyped-def]
    return Assignment.objects.filter(kind=kind, frame__memberships__pool=pool).order_by()


def label_states(kind: str, frame_ids: Iterable[int]) -> dict[int, str]:
    """Say of each frame how far its label is.

    Returns:
        ``labelled``, else the state of its newest assignment (`AssignmentState`); other frames are absent.
    """
    ids = list(frame_ids)
    states: dict[int, str] = {}
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        newest = Assignment.objects.filter(kind=kind, frame_id__in=part).order_by("id")
        states |= dict(newest.values_list("frame_id", "state"))
        done = AcceptedLabel.objects.filter(kind=kind, frame_id__in=part)
        states |= dict.fromkeys(done.values_list("frame_id", flat=True), "labelled")
    return states
