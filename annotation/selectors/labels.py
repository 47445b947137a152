"""Which frames have a label, and which are on their way to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.db.models import QuerySet

from annotation.models import AcceptedLabel, Assignment, AssignmentState
from datasets.models import Pool

_CHUNK = 500


class AcceptedRow(NamedTuple):
    """What a snapshot freezes of a frame."""

    frame_id: int
    label_sha256: str
    origin: str


def accepted_labels(pool: Pool, kind: str) -> Iterator[AcceptedRow]:
    """Yield the accepted label of every labelled frame of a pool, in the order of frame ids."""
    rows = _accepted(pool, kind).order_by("frame_id")
    values = rows.values_list("frame_id", "revision__label", "revision__origin")
    return (AcceptedRow(*row) for row in values.iterator(chunk_size=2000))


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
