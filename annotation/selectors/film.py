"""The cut as a film strip: its drawings in order, how far each label is, and where it can be seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse

from annotation.models import AcceptedLabel, Assignment, AssignmentState, Revision, WorkingCopy
from annotation.selectors.labels import label_states
from core.models import User
from datasets.models import Frame
from datasets.querysets import FrameQuerySet

WINDOW = 200
"""Drawings in an answer that does not say how many."""
WINDOW_MAX = 500


class LabelRef(NamedTuple):
    """A stored label and where it is served."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class FilmFrame:
    """One drawing of the cut. ``same_as`` is the earliest drawing of the cut that looks the same."""

    frame: Frame
    state: str
    same_as: int | None
    assignment: int | None
    page: str | None
    label_url: str | None
    current: bool


@dataclass(frozen=True, slots=True)
class Film:
    """A piece of a cut: drawings ``first`` to ``first + len(frames)`` of ``total``; ``current`` is a position."""

    frames: list[FilmFrame]
    first: int
    total: int
    current: int


class _Place(NamedTuple):
    frame_id: int
    same_as: int | None


def film(assignment: Assignment, user: User, *, first: int | None = None, count: int = WINDOW) -> Film:
    """Show drawings of the assignment's cut that the user may see, in a few queries however long the cut is.

    Args:
        assignment: Whose cut, pool and kind.
        user: Who looks.
        first: Position of the first drawing wanted; None puts the assignment's own in the middle.
        count: How many, at most `WINDOW_MAX`.
    """
    places = _places(assignment.frame, user)
    current = next(i for i, place in enumerate(places) if place.frame_id == assignment.frame_id)
    count = max(1, min(count, WINDOW_MAX))
    start = current - count // 2 if first is None else first
    start = max(0, min(start, len(places) - 1))
    shown = places[start : start + count]
    return Film(_shown(shown, assignment, user), start, len(places), current)


def drawings_of(frame: Frame, user: User) -> FrameQuerySet:
    """Drawings of a frame's cut that the user may see, in order."""
    return Frame.objects.filter(cut_id=frame.cut_id).visible_to(user).order_by("index", "pk")


def _places(frame: Frame, user: User) -> list[_Place]:
    """Every drawing of the cut with the earliest one that is the same, as ingest found it or byte for byte."""
    rows = drawings_of(frame, user).values_list("pk", "same_as_id", "blob")
    earliest: dict[int, int] = {}
    by_blob: dict[str, int] = {}
    for pk, same_as, blob in rows:
        twin = by_blob.setdefault(blob, pk)
        earliest[pk] = earliest.get(same_as, earliest.get(twin, pk))
    return [_Place(pk, twin if twin != pk else None) for pk, twin in earliest.items()]


def _shown(places: Sequence[_Place], assignment: Assignment, user: User) -> list[FilmFrame]:
    ids = [place.frame_id for place in places]
    frames = Frame.objects.in_bulk(ids)
    states = label_states(assignment.kind, ids)
    labels = visible_labels(assignment.kind, ids, user)
    turns = Assignment.objects.filter(pool_id=assignment.pool_id, kind=assignment.kind, frame_id__in=ids)
    newest = dict(turns.order_by("id").values_list("frame_id", "pk"))
    mine = set(turns.claimable(user).values_list("pk", flat=True))

    def shown(place: _Place) -> FilmFrame:
        turn, label = newest.get(place.frame_id), labels.get(place.frame_id)
        return FilmFrame(
            frame=frames[place.frame_id],
            state=_state(states.get(place.frame_id)),
            same_as=place.same_as,
            assignment=turn,
            page=reverse("annotate", args=[turn]) if turn in mine else None,
            label_url=label.url if label else None,
            current=place.frame_id == assignment.frame_id,
        )

    return [shown(place) for place in places]


def _state(state: str | None) -> str:
    """What a film strip says: a withdrawn frame is nobody's, and an accepted one that lost its label is, too."""
    done = (None, AssignmentState.WITHDRAWN, AssignmentState.ACCEPTED)
    return "none" if state in done else str(state)


def visible_labels(kind: str, frame_ids: Iterable[int], user: User) -> dict[int, LabelRef]:
    """The label of each frame that a neighbour may be drawn after.

    Returns:
        By frame id: the accepted label, else the one handed in last and not returned, else the user's own working
        copy. Frames without any are absent.
    """
    ids = list(frame_ids)
    found = own_copies(kind, ids, user)
    found |= _handed_in(kind, ids, user)
    accepted = AcceptedLabel.objects.visible_to(user).filter(kind=kind, frame_id__in=ids)
    rows = accepted.values_list("frame_id", "revision_id", "revision__label")
    return found | {frame_id: _revision_ref(pk, label) for frame_id, pk, label in rows}


def _handed_in(kind: str, ids: list[int], user: User) -> dict[int, LabelRef]:
    waiting = Revision.objects.visible_to(user).awaiting_review().filter(kind=kind, frame_id__in=ids)
    rows = waiting.order_by("id").values_list("frame_id", "pk", "label")
    return {frame_id: _revision_ref(pk, label) for frame_id, pk, label in rows}


def own_copies(kind: str, ids: list[int], user: User) -> dict[int, LabelRef]:
    """What the user saved last of a kind, by frame id; frames without are absent."""
    copies = WorkingCopy.objects.visible_to(user).filter(assignment__kind=kind, assignment__frame_id__in=ids)
    mine = copies.filter(saved_by=user).exclude(label="").order_by("saved_at")
    rows = mine.values_list("assignment__frame_id", "assignment_id", "version", "label")
    return {
        frame_id: LabelRef(label, reverse("working-copy-label", args=[pk, version]))
        for frame_id, pk, version, label in rows
    }


def _revision_ref(pk: int, label: str) -> LabelRef:
    return LabelRef(label, reverse("revision-label", args=[pk]))
